import { ask } from "../../connect/command.ts";
import { plural } from "../../systems/format.ts";
import { endJob, jobState, jobUnit } from "../../systems/host/jobs.ts";
import {
  aptUpgradeArgv,
  dnfUpgradeArgv,
  dpkgAudit,
  dpkgConfigureArgv,
  QUIET,
  type Chosen,
} from "../../systems/host/package-commands.ts";
import { jobActions, jobEnded, type JobOnHost } from "../job.ts";
import type { Action, Step } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { reboot } from "./actions.ts";
import { noPackageManager, nothingHalfInstalled, rebooted, rebootKnown } from "./gates.ts";
import type { Here } from "./here.ts";
import type { HostPlan } from "./host-plan.ts";
import { stepId } from "./nested.ts";
import { ifRebooted, othersGoOn, othersHaveFiles } from "./others-gates.ts";
import { STOPPED } from "./service-steps.ts";
import { isUpgraded, packagesAreNew, versionsKnown, versionsStay } from "./versions.ts";

const UPGRADE_MS = 3_600_000;

/** Ended well without coming to what it was for: a package was held back, or dpkg was interrupted anew. Never one that runs. */
const clearVain = (job: JobOnHost): Action => ({
  id: `clear ${job.unit}`,
  target: job.host,
  ask: ask(endJob, { unit: job.unit }),
  already: async (_view, reads) => {
    const state = await readOnce(reads, job.host, jobState, { unit: job.unit });
    return !(state.ok && state.value.state === "ended-well" && (await job.isDone?.(reads)) === false);
  },
});

export const before = (target: HostPlan): Step => ({
  id: "before",
  title: "versions before",
  why: "so that the report can tell what changed",
  before: [],
  actions: [],
  after: [versionsKnown(target, "before")],
  stays: "its visitors are elsewhere; nothing was changed on it",
});

export const finishInterrupted = ({ plan, target }: Here): readonly Step[] => {
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
      actions: [clearVain(job), ...jobActions(job)],
      after: [jobEnded(job)],
      takenBack: [noPackageManager(host), nothingHalfInstalled(target)],
      stays: `packages may be half installed on ${host}; unit ${job.unit} goes on by itself`,
    },
  ];
};

export const packages = ({ plan, target }: Here): Step => {
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
    title: plural(changes.length, "package is upgraded", "packages are upgraded"),
    why: "as a unit of the host's own systemd: it goes on when the line is lost or midwatch ends",
    before: [],
    actions: [clearVain(job), ...jobActions(job)],
    after: [jobEnded(job), packagesAreNew(target), versionsKnown(target, "after")],
    // It starts again what was stopped for it.
    reverses: STOPPED.map((id) => stepId(host, id)),
    takenBack: [noPackageManager(host), nothingHalfInstalled(target), versionsStay(target)],
    keeps: `${plural(changes.length, "package")} of ${host} ${changes.length === 1 ? "stays" : "stay"} new`,
    stays: `packages of ${host} are new, or partly: they are not taken back; unit ${job.unit} goes on by itself`,
  };
};

/** Services are restarted by their packages: a member that takes a full copy keeps its donor busy for long. */
const REJOIN_MS = 3_600_000;

export const rebootStep = ({ target: { host }, has }: Here): Step => ({
  id: "reboot",
  title: "a reboot, if it waits for one",
  why: "a new kernel or library takes effect only then; its visitors are elsewhere anyway",
  before: [
    rebootKnown(host),
    ...(has.galera ? [ifRebooted(host, othersGoOn(host, REJOIN_MS))] : []),
    ...(has.gluster ? [ifRebooted(host, othersHaveFiles(host))] : []),
  ],
  actions: [reboot(host)],
  after: [rebooted(host)],
  stays: `${host} reboots, or has`,
});
