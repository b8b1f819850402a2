import type { Cluster, Role } from "../inventory/cluster.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";
import { haproxyLines } from "./grants-haproxy.ts";
import { needsOf, type Need } from "./grants-needs.ts";
import { keyOptions, redisRights, sqlAccounts } from "./grants-services.ts";
import { sudoersLines } from "./grants-sudoers.ts";

export interface GrantsOptions extends ClusterChoice {
  readonly user: string;
  readonly role: Role;
}

/** `midwatch grants`: exactly what an account of a role needs, from the commands' catalogue. Sends nothing. */
export const runGrants = async (options: GrantsOptions): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  process.stdout.write(grantsText(cluster, options.role, options.user));
};

const ABOUT: Readonly<Record<Role, (user: string, cluster: string) => string>> = {
  viewer: (user, cluster) => `What ${user} needs to watch cluster ${cluster}: nothing here can change anything.`,
  operator: (user, cluster) => `What ${user} needs to watch cluster ${cluster}, and to run every procedure on it.`,
};

/** A text to paste from, by service; comments say where each part goes. */
export const grantsText = (cluster: Cluster, role: Role, user: string): string => {
  const needs = needsOf(cluster, role);
  return [
    `# ${ABOUT[role](user, cluster.name)}`,
    "# Made from everything midwatch can send (docs/commands.md); the servers refuse whatever is not granted here.",
    "",
    ...sudoers(cluster, needs, user),
    ...keys(cluster, needs),
    ...sql(cluster, needs),
    ...redis(cluster, needs),
    ...haproxyLines(cluster, needs, user),
  ].join("\n");
};

/** Hosts that get the same stand together. */
const byText = (
  cluster: Cluster,
  of: (host: string) => readonly string[],
): readonly (readonly [hosts: string, lines: readonly string[]])[] => {
  const lines = cluster.hosts.map(({ name }) => ({ name, lines: of(name) })).filter((each) => each.lines.length > 0);
  return [...Map.groupBy(lines, (each) => each.lines.join("\n")).values()].map((same) => [
    same.map(({ name }) => name).join(", "),
    same[0]?.lines ?? [],
  ]);
};

const sudoers = (cluster: Cluster, needs: readonly Need[], user: string): readonly string[] =>
  byText(cluster, (host) => sudoersLines(needs, host, user)).flatMap(([hosts, lines]) => [
    `# ${hosts}: /etc/sudoers.d/midwatch-${user} (mode 0440; check it with visudo -c; ^…$ needs sudo 1.9.10)`,
    ...lines,
    "",
  ]);

const keys = (cluster: Cluster, needs: readonly Need[]): readonly string[] => [
  ...byText(cluster, (host) => [`${keyOptions(cluster, needs, host)} ssh-ed25519 AAAA…`]).flatMap(([hosts, lines]) => [
    `# ${hosts}: the account's ~/.ssh/authorized_keys, in front of its key`,
    ...lines,
  ]),
  "# sshd_config there must not forbid what the keys allow: AllowTcpForwarding, AllowStreamLocalForwarding.",
  "",
];

const sql = (cluster: Cluster, needs: readonly Need[]): readonly string[] => {
  const accounts = sqlAccounts(cluster, needs);
  if (accounts.length === 0) return [];
  return [
    `# One member, as an SQL administrator (it replicates)${cluster.galera?.via === "direct" ? "; better than % is the address midwatch comes from" : ""}:`,
    ...accounts.flatMap(({ account, grants }) => [
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '…';`,
      ...grants.map((grant) => `GRANT ${grant} TO ${account};`),
    ]),
    "",
  ];
};

const redis = (cluster: Cluster, needs: readonly Need[]): readonly string[] =>
  cluster.redis.flatMap((instance) => [
    `# Redis ${instance.name} (${instance.host}:${instance.port}), then ACL SAVE or the same in redis.conf${instance.name === cluster.lockRedis ? "; midwatch:* is the cluster's lock" : ""}:`,
    `ACL SETUSER ${instance.user ?? "midwatch"} reset on >… ${redisRights(instance, needs)}`,
    "",
  ]);
