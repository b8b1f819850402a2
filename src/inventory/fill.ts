import type {
  Cluster,
  GaleraConfig,
  GlusterConfig,
  HaproxyConfig,
  HaproxyVia,
  Host,
  RedisConfig,
  ShadowConfig,
  SshConfig,
  WebConfig,
} from "./cluster.ts";
import { localFile, remotePath, type PathBase } from "./paths.ts";
import type { ClusterFile } from "./schema.ts";
import type { Secret } from "./secret.ts";

/** What a cluster's file says → the cluster, with every default filled in and every local path absolute. */
export const fillCluster = (name: string, file: ClusterFile, source: string, base: PathBase): Cluster => {
  const nodes = hostsWith(file, "node");
  const hosts = Object.entries(file.hosts).map(([host, entry]): Host => ({
    name: host,
    address: entry.address ?? host,
    roles: [...new Set(entry.roles)],
    ssh: fillSsh({ ...file.ssh, ...entry.ssh }, base),
    disks: (entry.disks ?? []).map(remotePath),
  }));
  return {
    name,
    role: file.role,
    source,
    demo: false,
    hosts,
    redis: Object.entries(file.redis ?? {}).map(([instance, redis]) => fillRedis(instance, redis, base)),
    ...given("description", file.description),
    ...given("lockRedis", file.lock?.redis ?? firstForSessions(file)),
    ...given("galera", file.galera && fillGalera(file.galera, nodes, base)),
    ...given("gluster", file.gluster && fillGluster(file.gluster, nodes)),
    ...given("haproxy", file.haproxy && fillHaproxy(file.haproxy, hostsWith(file, "load-balancer"))),
    ...given("web", file.web && fillWeb(file.web, nodes)),
    ...given("shadow", file.shadow && fillShadow(file.shadow, file.web?.hosts ?? nodes)),
    intervals: {
      fastMs: file.intervals.fast,
      servicesMs: file.intervals.services,
      glusterMs: file.intervals.gluster,
      slowMs: file.intervals.slow,
      packagesMs: file.intervals.packages,
    },
    thresholds: {
      diskWarning: file.thresholds.disk_warning,
      diskCritical: file.thresholds.disk_critical,
      memoryWarning: file.thresholds.memory_warning,
      loadPerCoreWarning: file.thresholds.load_per_core_warning,
      clockOffsetWarningMs: file.thresholds.clock_offset_warning,
      flowControlPausedWarning: file.thresholds.flow_control_paused_warning,
      redisMemoryWarning: file.thresholds.redis_memory_warning,
      sessionLimitWarning: file.thresholds.session_limit_warning,
      healthSlowWarningMs: file.thresholds.health_slow_warning,
      gcacheWindowWarningMs: file.thresholds.gcache_window_warning,
      healStalledCriticalMs: file.thresholds.heal_stalled_critical,
      fillingFrom: file.thresholds.filling_from,
      fillingWarningMs: file.thresholds.filling_warning,
      serverErrorsWarning: file.thresholds.server_errors_warning,
      conflictsPerSecondWarning: file.thresholds.conflicts_per_second_warning,
      receiveQueueWarning: file.thresholds.receive_queue_warning,
      catchUpWarningMs: file.thresholds.catch_up_warning,
      healBacklogWarning: file.thresholds.heal_backlog_warning,
      healStandingWarningMs: file.thresholds.heal_standing_warning,
      syncDeletionsWarning: file.thresholds.sync_deletions_warning,
      packageListsWarningMs: file.thresholds.package_lists_warning,
    },
  };
};

const firstForSessions = ({ redis = {} }: ClusterFile): string | undefined =>
  Object.keys(redis).find((instance) => redis[instance]?.purpose === "sessions");

/** Names of the hosts with a role, in the file's order. */
export const hostsWith = (file: ClusterFile, role: Host["roles"][number]): readonly string[] =>
  Object.entries(file.hosts).flatMap(([host, { roles }]) => (roles.includes(role) ? [host] : []));

const DEFAULT_HAPROXY_SOCKET = "/run/haproxy/admin.sock";

const fillSsh = (ssh: NonNullable<ClusterFile["ssh"]>, base: PathBase): SshConfig => ({
  agent: typeof ssh.agent === "string" ? localFile(ssh.agent, base) : (ssh.agent ?? true),
  useSshConfig: ssh.ssh_config ?? true,
  ...given("user", ssh.user),
  ...given("port", ssh.port),
  ...given("key", ssh.key && localFile(ssh.key, base)),
  ...given("passphrase", ssh.passphrase && fillSecret(ssh.passphrase, base)),
  ...given("jump", ssh.jump),
  ...given(
    "knownHosts",
    ssh.known_hosts?.map((path) => localFile(path, base)),
  ),
});

const fillSecret = (secret: Secret, base: PathBase): Secret => {
  if (secret.from === "file") return { from: "file", path: localFile(secret.path, base) };
  if (secret.from === "env") return secret;
  const [program = "", ...rest] = secret.argv;
  // Without a slash it is looked up in $PATH, as everywhere.
  return { from: "command", argv: [program.includes("/") ? localFile(program, base) : program, ...rest] };
};

const fillGalera = (
  galera: NonNullable<ClusterFile["galera"]>,
  nodes: readonly string[],
  base: PathBase,
): GaleraConfig => ({
  flavour: galera.flavour,
  members:
    galera.members === undefined
      ? nodes.map((host) => ({ host, weight: 1 }))
      : Object.entries(galera.members).map(([host, { weight }]) => ({ host, weight })),
  arbitrators: galera.arbitrators,
  user: galera.user,
  ...given("password", galera.password && fillSecret(galera.password, base)),
  via: galera.via,
  port: galera.port,
  socket: galera.socket,
  datadir: remotePath(galera.datadir),
  service: galera.service ?? (galera.flavour === "percona" ? "mysql" : "mariadb"),
});

const fillGluster = (gluster: NonNullable<ClusterFile["gluster"]>, nodes: readonly string[]): GlusterConfig => ({
  hosts: gluster.hosts ?? nodes,
  volumes: Object.entries(gluster.volumes).map(([name, { mount, hosts }]) => ({
    name,
    mount: remotePath(mount),
    hosts: hosts ?? nodes,
  })),
  service: gluster.service,
});

const fillRedis = (name: string, redis: NonNullable<ClusterFile["redis"]>[string], base: PathBase): RedisConfig => ({
  name,
  host: redis.host,
  port: redis.port,
  purpose: redis.purpose,
  via: redis.via,
  tls: fillTls(redis.tls, base),
  ...given("prefix", redis.prefix),
  ...given("user", redis.user),
  ...given("password", redis.password && fillSecret(redis.password, base)),
});

const fillTls = (tls: NonNullable<ClusterFile["redis"]>[string]["tls"], base: PathBase): RedisConfig["tls"] => {
  if (typeof tls === "boolean") return tls ? {} : false;
  return { ...given("ca", tls.ca && localFile(tls.ca, base)), ...given("servername", tls.servername) };
};

const fillHaproxy = (
  haproxy: NonNullable<ClusterFile["haproxy"]>,
  loadBalancers: readonly string[],
): HaproxyConfig => ({
  loadBalancers:
    haproxy.load_balancers === undefined
      ? loadBalancers.map((host) => ({ host, via: { kind: "socket", path: DEFAULT_HAPROXY_SOCKET } }))
      : Object.entries(haproxy.load_balancers).map(([host, how]) => ({ host, via: fillVia(how) })),
  servers: haproxy.servers ?? {},
  webProxies: haproxy.web ?? [],
  databaseProxies: haproxy.database ?? [],
});

type LoadBalancerFile = NonNullable<NonNullable<ClusterFile["haproxy"]>["load_balancers"]>[string];

const fillVia = ({ socket, tcp, stats_url }: LoadBalancerFile): HaproxyVia => {
  if (tcp !== undefined) return { kind: "tcp", ...tcp };
  if (stats_url !== undefined) return { kind: "stats", url: stats_url };
  return { kind: "socket", path: socket ?? DEFAULT_HAPROXY_SOCKET };
};

const fillWeb = (web: NonNullable<ClusterFile["web"]>, nodes: readonly string[]): WebConfig => ({
  hosts: web.hosts ?? nodes,
  service: web.service,
  docroot: remotePath(web.docroot),
  healthUrl: web.health_url,
  fpm: web.fpm ?? [],
  ...given("hostHeader", web.host_header),
  ...given("expect", web.expect),
  ...given("statusUrl", web.status_url),
});

const fillShadow = (shadow: NonNullable<ClusterFile["shadow"]>, origins: readonly string[]): ShadowConfig => ({
  master: shadow.master,
  subs: shadow.subs ?? origins.filter((host) => host !== shadow.master),
  script: shadow.script,
  state: shadow.state,
  intervalMs: shadow.interval,
  source: remotePath(shadow.source),
  target: remotePath(shadow.target),
});

/** A property that is absent rather than undefined. */
const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
