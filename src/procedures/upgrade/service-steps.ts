import { bricksOnline, healthPageGood, volumesMounted } from "../host-gates.ts";
import type { Step } from "../procedure.ts";
import { mountAgain, startUnitOn, stopBricksOn, stopUnitOn, unmount } from "./actions.ts";
import {
  balancerServes,
  configPasses,
  mountsKnown,
  nothingToHeal,
  othersGoOn,
  redisAnswers,
  sizeIsBack,
  unitsRun,
} from "./gates.ts";
import type { Here } from "./here.ts";
import { stepId } from "./nested.ts";
import { phpSteps } from "./php-steps.ts";

/** The steps by which services stop for their packages. */
export const STOPPED = ["stop-web", "stop-gluster", "stop-database"] as const;

/** Visitors are gone: what its packages replace is stopped in order, what depends on it first. */
export const stopSteps = ({ cluster, target: { host }, touches, has }: Here): readonly Step[] => {
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

/** What the package did not start again, or is disabled: its own start, and then what depends on it. */
export const startSteps = (here: Here): readonly Step[] => {
  const { cluster, target, has } = here;
  const { host, balancer } = target;
  const { galera, gluster, web } = cluster;
  const mounts = gluster?.volumes.filter(({ hosts }) => hosts.includes(host)).map(({ mount }) => mount) ?? [];
  const actions = [
    ...(has.gluster && gluster !== undefined ? [startUnitOn(host, gluster.service)] : []),
    ...(has.gluster ? mounts.map((mount) => mountAgain(host, mount)) : []),
    ...(has.galera && galera !== undefined ? [startUnitOn(host, galera.service)] : []),
    ...(has.web && web !== undefined ? [startUnitOn(host, web.service)] : []),
    ...(balancer ? [startUnitOn(host, "haproxy")] : []),
  ];
  return actions.length === 0
    ? []
    : [
        ...(has.web ? [...phpSteps(here), checkStep(host)] : []),
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
