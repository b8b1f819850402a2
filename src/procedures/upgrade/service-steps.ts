import { bricksOnline, healthPageGood, volumesMounted } from "../host-gates.ts";
import type { Step } from "../procedure.ts";
import { firstUnits, mountAgain, startUnitOn, stopBricksOn, stopFirstOn, stopUnitOn, unmount } from "./actions.ts";
import {
  balancerServes,
  configPasses,
  mountsKnown,
  nothingToHeal,
  redisAnswers,
  sizeIsBack,
  unitsRun,
} from "./gates.ts";
import type { Here } from "./here.ts";
import { stepId } from "./nested.ts";
import { othersGoOn, othersHaveFiles, othersWithout } from "./others-gates.ts";
import { phpSteps } from "./php-steps.ts";
import { bricksStopped, glusterdAnswers, unitsDown, volumesUnmounted } from "./stopped-gates.ts";

/** The steps by which services stop for their packages. */
export const STOPPED = ["stop-web", "unmount", "stop-gluster", "stop-database"] as const;

/** Visitors are gone: what its packages replace is stopped in order, what depends on it first. */
export const stopSteps = ({ plan, cluster, target: { host }, touches, has }: Here): readonly Step[] => {
  const { galera, gluster, web } = cluster;
  const steps: Step[] = [];
  if (has.gluster && gluster !== undefined && touches.has("gluster")) {
    const mounts = gluster.volumes.filter(({ hosts }) => hosts.includes(host)).map(({ mount }) => mount);
    const unmounts = mounts.map((mount) => unmount(host, mount));
    if (has.web && web !== undefined)
      steps.push({
        id: "stop-web",
        title: `${web.service} stops`,
        why: "it holds files open on the volumes, which could not be unmounted",
        before: [],
        actions: [stopUnitOn(host, web.service)],
        after: [unitsDown(host, [web.service])],
        takenBack: [healthPageGood(host)],
        stays: `${web.service} is stopped on ${host}`,
      });
    if (plan.mountsApart)
      steps.push({
        id: "unmount",
        title: "the volumes are unmounted",
        why: "clients before servers: a mount whose process is ended under it hangs for whoever looks at it",
        before: [mountsKnown(host), othersHaveFiles(host)],
        actions: unmounts,
        after: [volumesUnmounted(host)],
        takenBack: [volumesMounted(host)],
        stays: `${host} has no volumes mounted`,
      });
    steps.push({
      id: "stop-gluster",
      title: plan.mountsApart
        ? "glusterd and its bricks stop"
        : "the volumes are unmounted, glusterd and its bricks stop",
      why: "glusterd before its bricks: they outlive it by design",
      before: [mountsKnown(host), othersHaveFiles(host)],
      actions: [...(plan.mountsApart ? [] : unmounts), stopUnitOn(host, gluster.service), stopBricksOn(host)],
      after: [unitsDown(host, [gluster.service]), bricksStopped(host)],
      takenBack: [glusterdAnswers(host), bricksOnline(host), ...(plan.mountsApart ? [] : [volumesMounted(host)])],
      stays: `${host} has no bricks and no volumes: the other copies carry the files`,
    });
  }
  if (has.galera && galera !== undefined && touches.has("galera"))
    steps.push({
      id: "stop-database",
      title: "its database member leaves in order",
      why: "one that says goodbye does not count for the quorum any more; one that is killed does",
      before: [othersGoOn(host)],
      actions: [stopUnitOn(host, galera.service), ...stopFirstOn(host, galera)],
      after: [unitsDown(host, [galera.service, ...firstUnits(galera)]), othersWithout(host)],
      takenBack: [sizeIsBack()],
      stays: `the database member on ${host} is stopped; the others are Primary`,
    });
  return steps;
};

/** What the package did not start again, or is disabled: its own start, and then what depends on it. */
export const startSteps = (here: Here): readonly Step[] => {
  const { plan, cluster, target, has, touches } = here;
  const { host, balancer } = target;
  const { galera, gluster, web } = cluster;
  const mounts = gluster?.volumes.filter(({ hosts }) => hosts.includes(host)).map(({ mount }) => mount) ?? [];
  const actions = [
    ...(has.gluster && gluster !== undefined ? [startUnitOn(host, gluster.service)] : []),
    ...(has.gluster ? mounts.map((mount) => mountAgain(host, mount)) : []),
    ...(has.galera && galera !== undefined ? [startUnitOn(host, galera.service, firstUnits(galera))] : []),
    ...(has.web && web !== undefined ? [startUnitOn(host, web.service)] : []),
    ...(balancer ? [startUnitOn(host, "haproxy")] : []),
  ];
  return actions.length === 0
    ? []
    : [
        ...(has.web ? [...phpSteps(here), checkStep(host)] : []),
        ...(gluster !== undefined && has.gluster && plan.mountsApart && (touches.has("gluster") || plan.reboot)
          ? [startGluster(host, gluster.service)]
          : []),
        {
          id: "start",
          title: "what is down starts",
          why: "a unit that is disabled is not started by its package",
          before: has.gluster ? [mountsKnown(host)] : [],
          actions,
          after: [],
          reverses: [...STOPPED, "php-switch"].map((id) => stepId(host, id)),
          stays: `services of ${host} may be down`,
        },
      ];
};

const startGluster = (host: string, service: string): Step => ({
  id: "start-gluster",
  title: "glusterd starts, if it is down",
  why: "what is mounted asks it what its volume is made of",
  before: [],
  actions: [startUnitOn(host, service)],
  after: [glusterdAnswers(host)],
  reverses: [stepId(host, "stop-gluster")],
  stays: `services of ${host} may be down`,
});

const checkStep = (host: string): Step => ({
  id: "check",
  title: "the web server's configuration",
  why: "it is read anew at the next start: what an upgrade broke shows here first",
  before: [],
  actions: [],
  after: [configPasses(host)],
  stays: `${host} has new packages; its web server may not start`,
});

export const well = ({ target: { host, balancer }, has, cluster }: Here): Step => {
  const units = [
    ...(has.gluster && cluster.gluster !== undefined ? [[cluster.gluster.service]] : []),
    ...(has.galera && cluster.galera !== undefined ? [[cluster.galera.service, ...firstUnits(cluster.galera)]] : []),
    ...(has.web && cluster.web !== undefined ? [[cluster.web.service]] : []),
    ...(balancer ? [["haproxy"]] : []),
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
