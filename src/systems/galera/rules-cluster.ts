import type { Rule } from "../rule.ts";

/** About the cluster as a whole, from all members' views laid side by side. */
export const clusterRules = [
  {
    id: "galera.cluster_down",
    severities: ["critical"],
    when: "every member's unit is known to be stopped or failed",
    source: "Galera documentation, Restarting the Cluster; grastate.dat, safe_to_bootstrap",
    means: "no page that needs the database works; started in the wrong order, the last writes are lost",
    next: "only on the member named, or after wsrep-recover on every host: galera_new_cluster; then the others one by one",
    raise: "at-once",
  },
  {
    id: "galera.non_primary",
    severities: ["critical"],
    when: "a member, or every member, is outside the Primary component by its own view",
    source: "Galera documentation, Quorum Components; Percona XtraDB Cluster, Monitoring: ask every member",
    means: "it refuses all queries; when no member is in a Primary component, no page that needs the database works",
    next: "bring the missing members back, or mend the network between them (port 4567); pc.bootstrap only as the last resort",
    raise: "at-once",
  },
  {
    id: "galera.split",
    severities: ["critical"],
    when: "members in Primary components name different clusters (wsrep_cluster_state_uuid)",
    source: "Percona XtraDB Cluster, Monitoring; a second bootstrap makes a second cluster",
    means: "writes go into two databases that never meet again",
    next: "let only one side take writes, then rejoin the others by a full copy: never by hand into both",
    raise: "at-once",
  },
  {
    id: "galera.disagree",
    severities: ["critical"],
    when: "members in Primary components see another size or membership (wsrep_cluster_conf_id)",
    source: "Percona XtraDB Cluster, Monitoring: members agree on uuid, conf_id and size",
    means: "a partition, or a change of membership that has not arrived everywhere yet",
    next: "compare the members' rows in the galera pane; take no host out",
    raise: "twice",
  },
  {
    id: "galera.size",
    severities: ["critical", "warning"],
    when: "the Primary component is smaller or larger than the inventory's members and arbitrators, and no member known to be down explains it",
    source: "a size compared with its own recent maximum clears itself: midwatch compares with the inventory",
    means:
      "smaller: fewer votes than planned, the next loss may stop the database; larger: somebody votes that nobody planned",
    next: "look at the member that is gone, or add the new one to the inventory",
    raise: "twice",
  },
  {
    id: "galera.versions",
    severities: ["info"],
    when: "members run different server versions",
    source: "Galera documentation, Rolling Upgrade; no state transfer by full copy between major versions",
    means: "expected in the middle of a rolling upgrade; longer than that a rejoining member may be refused",
    next: "finish the upgrade on the others",
    raise: "twice",
  },
] as const satisfies readonly Rule[];
