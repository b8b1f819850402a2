import type { Cluster } from "../../inventory/cluster.ts";
import { duration, plural } from "../../systems/format.ts";
import {
  aptUpgradeArgv,
  dnfUpgradeArgv,
  dpkgAudit,
  dpkgConfigureArgv,
  QUIET,
  type Chosen,
} from "../../systems/host/package-commands.ts";
import { jobUnit } from "../../systems/host/jobs.ts";
import { drainSteps, type DrainBeside } from "../drain.ts";
import { allUp } from "../haproxy-gates.ts";
import { healthPageGood } from "../host-gates.ts";
import { jobActions, jobEnded, type JobOnHost } from "../job.ts";
import type { Gate, Procedure, Step } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { returnSteps } from "../return.ts";
import { noSyncRuns } from "../shadow-sync-gates.ts";
import { safeToTake } from "../verdict-gate.ts";
import { mountAgain, pause, reboot, resume, startUnitOn, stopBricksOn, stopUnitOn, unmount } from "./actions.ts";
import {
  balancerServes,
  bricksOnline,
  configPasses,
  mountsKnown,
  nothingToHeal,
  opVersionHint,
  othersGoOn,
  noPackageManager,
  nothingHalfInstalled,
  phpModuleThere,
  rebooted,
  rebootKnown,
  redisAnswers,
  settled,
  sizeIsBack,
  spaceEnough,
  syncIsPaused,
  unitsRun,
  volumesMounted,
} from "./gates.ts";
import { paramsOf, type HostPlan, type UpgradePlan } from "./host-plan.ts";
import { nested, stepId } from "./nested.ts";
import { serversIn } from "./selection.ts";
import { isUpgraded, packagesAreNew, versionsEqual, versionsKnown } from "./versions.ts";

const VERDICT_MS = 300_000;
const UPGRADE_MS = 3_600_000;

interface Here {
  readonly plan: UpgradePlan;
  readonly target: HostPlan;
  readonly cluster: Cluster;
  /** What this cluster has on this host. */
  readonly has: { readonly galera: boolean; readonly gluster: boolean; readonly web: boolean };
  /** What must be stopped, or restarts, for the packages that change. */
  readonly touches: ReadonlySet<string>;
}

export const upgradeProcedure = (plan: UpgradePlan, cluster: Cluster): Procedure => {
  const names = plan.hosts.map(({ host }) => host);
  return {
    name: "upgrade",
    subject: cluster.name,
    title: `rolling upgrade of ${names.join(", ")}`,
    params: paramsOf(plan),
    warnings: plan.warnings,
    steps: [...plan.hosts.flatMap((target) => hostSteps(hereOf(plan, target, cluster))), summary(plan, cluster)],
    undone: [allUp(plan.hosts.flatMap(({ places }) => places))],
  };
};

const hereOf = (plan: UpgradePlan, target: HostPlan, cluster: Cluster): Here => {
  const { host } = target;
  const { galera, gluster, web } = cluster;
  return {
    plan,
    target,
    cluster,
    has: {
      galera: galera?.members.some((member) => member.host === host) === true,
      gluster: gluster?.hosts.includes(host) === true,
      web: web?.hosts.includes(host) === true,
    },
    touches: new Set(serversIn(target.changes.map(({ name }) => name))),
  };
};

const hostSteps = (here: Here): readonly Step[] => {
  const { target, plan } = here;
  const { host, places } = target;
  const out = places.length === 0 ? [mayGo(target)] : drainSteps(host, places, plan.waitMs, besideOf(here));
  const back =
    places.length === 0
      ? []
      : returnSteps(host, places, { web: here.has.web, database: here.has.galera }, dumpsFor(here)).map(
          reversing(host),
        );
  return nested(host, [
    lookFirst(target),
    ...out,
    ...pauseStep(here),
    before(target),
    ...stopSteps(here),
    ...finishInterrupted(here),
    packages(here),
    ...(plan.reboot ? [rebootStep(target)] : []),
    ...startSteps(here),
    well(here),
    ...resumeStep(here),
    ...back,
    settle(here),
  ]);
};

const dumpsFor = ({ plan, target: { places } }: Here) =>
  plan.dumps.filter((dump) => places.some(({ loadBalancer }) => loadBalancer === dump.loadBalancer));

const besideOf = (here: Here): DrainBeside => ({
  writes: here.target.writes,
  endWriters: here.plan.endWriters,
  dumps: dumpsFor(here),
});

/** Its own drain is what the return takes away. */
const reversing =
  (host: string) =>
  (step: Step): Step =>
    step.actions.length === 0
      ? step
      : { ...step, reverses: ["writer", "drain", "keep", "maint", "keep-maint"].map((id) => stepId(host, id)) };

const mayGo = ({ host }: HostPlan): Step => ({
  id: "verdict",
  title: `may ${host} be taken out`,
  why: "what it carries stands still for a moment, or moves",
  before: [safeToTake(host, VERDICT_MS)],
  actions: [],
  after: [],
  stays: "nothing was sent to this host",
});

/** Before anybody is sent away: an upgrade that cannot end is not begun. */
const lookFirst = (target: HostPlan): Step => ({
  id: "room",
  title: `${target.host}: room for ${plural(target.changes.length, "package")}`,
  why: "a full disk stops dpkg in the middle of a package",
  before: [spaceEnough(target)],
  actions: [],
  after: [],
  stays: "nothing was sent to this host",
});

const scriptOf = ({ cluster }: Here): string | undefined => cluster.shadow?.script;

const pauseStep = (here: Here): readonly Step[] => {
  const { cluster, plan } = here;
  const script = scriptOf(here);
  if (cluster.shadow === undefined || script === undefined || plan.pauseOn === undefined) return [];
  const { master, subs } = cluster.shadow;
  return [
    {
      id: "pause",
      title: "the shadow sync pauses",
      why: "a copy through a volume that is taken apart, or of files that are being replaced, spreads what is half done",
      before: [],
      actions: [pause(plan.pauseOn, script)],
      after: [syncIsPaused(plan.pauseOn, script, true), noSyncRuns([master, ...subs])],
      takenBack: [syncIsPaused(plan.pauseOn, script, false)],
      stays: `the shadow sync is paused on ${plan.pauseOn} by ${script}.paused`,
    },
  ];
};

const resumeStep = (here: Here): readonly Step[] => {
  const { plan, target } = here;
  const script = scriptOf(here);
  if (script === undefined || plan.pauseOn === undefined) return [];
  return [
    {
      id: "resume",
      title: "the shadow sync goes on",
      why: "new code spreads again",
      before: [],
      actions: [resume(plan.pauseOn, script)],
      after: [syncIsPaused(plan.pauseOn, script, false)],
      reverses: [stepId(target.host, "pause")],
      stays: "the host is well, and its visitors are still elsewhere",
    },
  ];
};

const before = (target: HostPlan): Step => ({
  id: "before",
  title: "versions before",
  why: "so that the report can tell what changed",
  before: [],
  actions: [],
  after: [versionsKnown(target, "before")],
  stays: "its visitors are elsewhere; nothing was changed on it",
});

/** Visitors are gone: what its packages replace is stopped in order, what depends on it first. */
const stopSteps = ({ cluster, target: { host }, touches, has }: Here): readonly Step[] => {
  const { galera, gluster, web } = cluster;
  const steps: Step[] = [];
  if (has.gluster && gluster !== undefined && touches.has("gluster")) {
    const mounts = gluster.volumes.filter(({ hosts }) => hosts.includes(host)).map(({ mount }) => mount);
    if (has.web && web !== undefined)
      steps.push({
        id: "stop-web",
        title: `${web.service} stops`,
        why: "it holds files open on the volumes, which could not be unmounted",
        before: [],
        actions: [stopUnitOn(host, web.service)],
        after: [],
        takenBack: [healthPageGood(host)],
        stays: `${web.service} is stopped on ${host}`,
      });
    steps.push({
      id: "stop-gluster",
      title: "the volumes are unmounted, glusterd and its bricks stop",
      why: "clients before servers, glusterd before its bricks: they outlive it by design",
      before: [mountsKnown(host), nothingToHeal()],
      actions: [...mounts.map((mount) => unmount(host, mount)), stopUnitOn(host, gluster.service), stopBricksOn(host)],
      after: [],
      takenBack: [bricksOnline(host), volumesMounted(host)],
      stays: `${host} has no bricks and no volumes: the other copies carry the files`,
    });
  }
  if (has.galera && galera !== undefined && touches.has("galera"))
    steps.push({
      id: "stop-database",
      title: "its database member leaves in order",
      why: "one that says goodbye does not count for the quorum any more; one that is killed does",
      before: [],
      actions: [stopUnitOn(host, galera.service)],
      after: [othersGoOn(host)],
      takenBack: [sizeIsBack()],
      stays: `the database member on ${host} is stopped; the others are Primary`,
    });
  return steps;
};

const finishInterrupted = ({ plan, target }: Here): readonly Step[] => {
  const { host, manager } = target;
  if (manager !== "apt") return [];
  const job: JobOnHost = {
    host,
    unit: jobUnit("configure", plan.run, host),
    about: `finish interrupted packages on ${host}`,
    argv: dpkgConfigureArgv(plan.conffiles),
    environment: QUIET,
    wanted: "nothing is half installed any more",
    deadlineMs: UPGRADE_MS,
    isDone: async (reads) => {
      const broken = await readOnce(reads, host, dpkgAudit, undefined);
      return broken.ok ? broken.value.length === 0 : undefined;
    },
  };
  return [
    {
      id: "configure",
      title: "what was half installed is finished",
      why: "apt refuses to begin while dpkg was interrupted; where nothing was, nothing is sent",
      // Resumed while apt still works, everything looks half installed: it is let end first.
      before: [noPackageManager(host)],
      actions: jobActions(job),
      after: [jobEnded(job)],
      takenBack: [noPackageManager(host), nothingHalfInstalled(target)],
      stays: `packages may be half installed on ${host}; unit ${job.unit} goes on by itself`,
    },
  ];
};

const packages = ({ plan, target }: Here): Step => {
  const { host, manager, all, changes } = target;
  const chosen: Chosen = all ? { kind: "all" } : { kind: "names", names: changes.map(({ name }) => name) };
  const job: JobOnHost = {
    host,
    unit: jobUnit("upgrade", plan.run, host),
    about: `upgrade of ${host}`,
    argv: manager === "apt" ? aptUpgradeArgv(chosen, plan.conffiles) : dnfUpgradeArgv(chosen),
    environment: QUIET,
    wanted: `the packages of ${host} are upgraded`,
    deadlineMs: UPGRADE_MS,
    isDone: (reads) => isUpgraded(target, reads),
  };
  return {
    id: "packages",
    title: `${plural(changes.length, "package")} are upgraded`,
    why: "as a unit of the host's own systemd: it goes on when the line is lost or midwatch ends",
    before: [],
    actions: jobActions(job),
    after: [jobEnded(job), packagesAreNew(target), versionsKnown(target, "after")],
    takenBack: [noPackageManager(host), nothingHalfInstalled(target)],
    stays: `packages of ${host} are new, or partly: they are not taken back; unit ${job.unit} goes on by itself`,
  };
};

const rebootStep = ({ host }: HostPlan): Step => ({
  id: "reboot",
  title: "a reboot, if it waits for one",
  why: "a new kernel or library takes effect only then; its visitors are elsewhere anyway",
  before: [rebootKnown(host)],
  actions: [reboot(host)],
  after: [rebooted(host)],
  stays: `${host} reboots, or has`,
});

/** What the package did not start again, or is disabled: its own start, and then what depends on it. */
const startSteps = ({ cluster, target: { host, balancer }, has }: Here): readonly Step[] => {
  const { galera, gluster, web } = cluster;
  const mounts = gluster?.volumes.filter(({ hosts }) => hosts.includes(host)).map(({ mount }) => mount) ?? [];
  const actions = [
    ...(has.gluster && gluster !== undefined ? [startUnitOn(host, gluster.service)] : []),
    ...(has.gluster ? mounts.map((mount) => mountAgain(host, mount)) : []),
    ...(has.galera && galera !== undefined ? [startUnitOn(host, galera.service)] : []),
    ...(has.web && web !== undefined ? [startUnitOn(host, web.service)] : []),
    ...(balancer ? [startUnitOn(host, "haproxy")] : []),
  ];
  const gates: readonly Gate[] = has.web ? [configPasses(host), phpModuleThere(host)] : [];
  return actions.length === 0
    ? []
    : [
        ...(gates.length === 0 ? [] : [checkStep(host, gates)]),
        {
          id: "start",
          title: "what is down starts",
          why: "a unit that is disabled is not started by its package",
          before: has.gluster ? [mountsKnown(host)] : [],
          actions,
          after: [],
          reverses: ["stop-web", "stop-gluster", "stop-database"].map((id) => stepId(host, id)),
          stays: `services of ${host} may be down`,
        },
      ];
};

const checkStep = (host: string, gates: readonly Gate[]): Step => ({
  id: "check",
  title: "the web server's configuration and PHP's module",
  why: "an upgrade may take the old PHP module away and leave its link; then Apache fails, or serves PHP as text",
  before: [],
  actions: [],
  after: gates,
  stays: `${host} has new packages; its web server may not start`,
});

const well = ({ target: { host, balancer }, has, cluster }: Here): Step => {
  const units = [
    ...(has.gluster ? [cluster.gluster?.service ?? []].flat() : []),
    ...(has.galera ? [cluster.galera?.service ?? []].flat() : []),
    ...(has.web ? [cluster.web?.service ?? []].flat() : []),
    ...(balancer ? ["haproxy"] : []),
  ];
  const after = [
    ...(units.length === 0 ? [] : [unitsRun(host, units)]),
    ...(has.gluster ? [volumesMounted(host), bricksOnline(host)] : []),
    ...(has.galera ? [sizeIsBack()] : []),
    ...(has.gluster ? [nothingToHeal()] : []),
    ...(has.web ? [healthPageGood(host)] : []),
    ...(balancer ? [balancerServes(host)] : []),
    ...(cluster.redis.some((instance) => instance.host === host) ? [redisAnswers(host)] : []),
  ];
  return {
    id: "well-again",
    title: "everything on it is as it was",
    why: "the next host is taken only when this one carries its share of the database, the files and the pages",
    before: [],
    actions: [],
    after,
    stays: `${host} is new and not well yet: it gets no visitors`,
  };
};

const settle = ({ plan, target: { host, places } }: Here): Step => ({
  id: "settle",
  title: `it settles for ${duration(plan.settleMs)}`,
  why: "what breaks late breaks before the next host is taken",
  before: [],
  actions: [],
  after: [settled(host, plan.settleMs), ...(places.length === 0 ? [] : [allUp(places)])],
  seals: true,
  stays: `${host} is upgraded and back`,
});

const summary = (plan: UpgradePlan, cluster: Cluster): Step => {
  const peer = cluster.gluster?.hosts[0];
  return {
    id: "summary",
    title: "the whole cluster",
    why: "hosts of different versions are for the time of an upgrade only",
    before: [],
    actions: [],
    after: [
      ...(plan.hosts.length > 1 ? [versionsEqual(plan.hosts)] : []),
      ...(cluster.galera === undefined ? [] : [sizeIsBack()]),
      ...(peer === undefined ? [] : [opVersionHint(peer)]),
    ],
    optional: true,
    stays: "every host is upgraded and back",
  };
};
