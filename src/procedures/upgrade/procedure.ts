import type { Cluster } from "../../inventory/cluster.ts";
import { allUp } from "../haproxy-gates.ts";
import type { Procedure, Step } from "../procedure.ts";
import { opVersionHint, sizeIsBack } from "./gates.ts";
import { hereOf, type Here } from "./here.ts";
import { paramsOf, type UpgradePlan } from "./host-plan.ts";
import { nested } from "./nested.ts";
import { backSteps, lookFirst, outSteps, placesBack, settle } from "./out-and-back.ts";
import { before, finishInterrupted, packages, rebootStep } from "./package-steps.ts";
import { startSteps, stopSteps, well } from "./service-steps.ts";
import { pauseStep, resumeStep } from "./sync-steps.ts";
import { versionsEqual } from "./versions.ts";

export const upgradeProcedure = (plan: UpgradePlan, cluster: Cluster): Procedure => {
  const names = plan.hosts.map(({ host }) => host);
  return {
    name: "upgrade",
    subject: cluster.name,
    title: `rolling upgrade of ${names.join(", ")}${withoutThose(plan)}`,
    params: paramsOf(plan),
    warnings: plan.warnings,
    steps: [...plan.hosts.flatMap((target) => hostSteps(hereOf(plan, target, cluster))), summary(plan, cluster)],
    undone: [allUp(plan.hosts.flatMap(placesBack))],
  };
};

/** Who reads only the last line, too, is to know that the cluster is not new as a whole. */
const withoutThose = ({ leftOut }: UpgradePlan): string =>
  leftOut.length === 0 ? "" : `, without ${leftOut.map(({ host }) => host).join(", ")}`;

const hostSteps = (here: Here): readonly Step[] => {
  const { target, plan } = here;
  return nested(target.host, [
    lookFirst(target),
    ...outSteps(here),
    ...pauseStep(here),
    before(target),
    ...stopSteps(here),
    ...finishInterrupted(here),
    packages(here),
    ...(plan.reboot ? [rebootStep(here)] : []),
    ...startSteps(here),
    well(here),
    ...resumeStep(here),
    ...backSteps(here),
    settle(here),
  ]);
};

const summary = (plan: UpgradePlan, cluster: Cluster): Step => {
  const peer = cluster.gluster?.hosts[0];
  return {
    id: "summary",
    title: ["the whole cluster", ...plan.leftOut.map(({ host, why }) => `${host} was left out: ${why}`)].join("; "),
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
