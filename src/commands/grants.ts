import { sudoersWord } from "../connect/ssh/outcome.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { Probe } from "../systems/probe.ts";
import { systems } from "../systems/registry.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";

export interface GrantsOptions extends ClusterChoice {
  readonly user: string;
}

/** `midwatch grants`: exactly what an account that may look needs, from the probes this cluster gets. Sends nothing. */
export const runGrants = async (options: GrantsOptions): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  process.stdout.write(grantsText(cluster, options.user));
};

/** A text to paste from, by service; comments say where each part goes. */
export const grantsText = (cluster: Cluster, user: string): string => {
  const probes = systems.filter((system) => system.present(cluster)).flatMap((system) => system.probes(cluster));
  return [
    `# What ${user} needs to watch cluster ${cluster.name}: nothing here can change anything.`,
    "",
    ...sudoers(cluster, probes, user),
    ...sshd(),
    ...sql(cluster, probes),
    ...redis(cluster, probes),
    ...haproxy(cluster, probes),
  ].join("\n");
};

const sudoers = (cluster: Cluster, probes: readonly Probe[], user: string): readonly string[] =>
  cluster.hosts.flatMap(({ name }) => {
    const allowed = probes.flatMap(({ ask, candidates }) =>
      ask.send.kind === "host" && ask.privilege.need === "root" && candidates.includes(name)
        ? [{ argv: ask.send.argv, why: ask.privilege.why }]
        : [],
    );
    if (allowed.length === 0) return [];
    return [
      `# ${name}: /etc/sudoers.d/midwatch (mode 0440; check it with visudo -c)`,
      ...[...Map.groupBy(allowed, ({ why }) => why)].flatMap(([why, commands]) => [
        `# ${why}`,
        ...commands.map(({ argv }) => `${user} ALL=(root) NOPASSWD: ${argv.map(sudoersWord).join(" ")}`),
      ]),
      "",
    ];
  });

const sshd = (): readonly string[] => [
  "# sshd_config of every host: tunnels to the services on it (AllowTcpForwarding and AllowStreamLocalForwarding not `no`).",
  "# In authorized_keys, before the key: restrict,port-forwarding",
  "",
];

const sql = (cluster: Cluster, probes: readonly Probe[]): readonly string[] => {
  const { galera } = cluster;
  if (galera === undefined) return [];
  const grants = unique(probes.flatMap(({ ask }) => (ask.privilege.need === "sql" ? ask.privilege.grants : [])));
  const account = `'${galera.user}'@'localhost'`;
  return [
    "# One member, as an SQL administrator (it replicates):",
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '…';`,
    ...grants.map((grant) => `GRANT ${grant} TO ${account};`),
    "",
  ];
};

const redis = (cluster: Cluster, probes: readonly Probe[]): readonly string[] =>
  cluster.redis.flatMap((instance) => {
    const acl = unique(
      probes.flatMap(({ ask, target }) =>
        target === instance.name && ask.privilege.need === "redis" ? ask.privilege.acl : [],
      ),
    );
    return [
      `# Redis ${instance.name} (${instance.host}:${instance.port}), then ACL SAVE or the same in redis.conf:`,
      `ACL SETUSER ${instance.user ?? "midwatch"} on >… resetkeys${instance.prefix === undefined ? "" : ` %R~${instance.prefix}*`} -@all +ping +hello +auth +client|setinfo ${acl.join(" ")}`,
      "",
    ];
  });

const haproxy = (cluster: Cluster, probes: readonly Probe[]): readonly string[] =>
  (cluster.haproxy?.loadBalancers ?? []).flatMap(({ host, via }) => {
    const asked = probes.some(({ ask, target }) => target === host && ask.privilege.need === "haproxy");
    if (!asked || via.kind === "stats") return [];
    const where = via.kind === "socket" ? `${via.path} mode 660 group haproxy` : `${via.host}:${via.port}`;
    return [
      `# HAProxy on ${host}, in section global${via.kind === "socket" ? "; put the account into the socket's group" : ""}:`,
      `stats socket ${where} level user`,
      "",
    ];
  });

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
