import type { Cluster } from "../../inventory/cluster.ts";
import type { HostPlan, UpgradePlan } from "./host-plan.ts";
import { serversIn } from "./selection.ts";

export interface Here {
  readonly plan: UpgradePlan;
  readonly target: HostPlan;
  readonly cluster: Cluster;
  /** What this cluster has on this host. */
  readonly has: { readonly galera: boolean; readonly gluster: boolean; readonly web: boolean };
  /** What must be stopped, or restarts, for the packages that change. */
  readonly touches: ReadonlySet<string>;
}

export const hereOf = (plan: UpgradePlan, target: HostPlan, cluster: Cluster): Here => {
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
