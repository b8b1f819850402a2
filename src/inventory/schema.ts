import { z } from "zod";
import { durationSchema, percentSchema } from "./units.ts";
import { secretSchema } from "./secret.ts";

/**
 * The inventory file, as people write it. Every key's description is printed in the JSON Schema and in the docs, so
 * it says what an operator needs to know to fill it in.
 */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, dash and underscore");
const port = z.int().min(1).max(65_535);
const absolutePath = z.string().regex(/^\//, "an absolute path");

export const sshSchema = z.strictObject({
  user: z.string().optional().describe("Login name. Default: ssh_config's, else your own."),
  port: port.optional().describe("Default: ssh_config's, else 22."),
  key: z
    .string()
    .optional()
    .describe("Private key file; ~ is expanded. Default: ssh_config's IdentityFile, else the agent."),
  passphrase: secretSchema.optional().describe("Passphrase of the key; without it the console asks."),
  agent: z
    .union([z.boolean(), z.string()])
    .optional()
    .describe("Use the SSH agent: true ($SSH_AUTH_SOCK), false, or a socket path. Default true."),
  jump: z
    .array(z.string())
    .optional()
    .describe("Jump hosts in order, as user@host:port. Default: ssh_config's ProxyJump."),
  known_hosts: z
    .array(z.string())
    .optional()
    .describe("known_hosts files. Default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts."),
  ssh_config: z.boolean().optional().describe("Honour ~/.ssh/config through `ssh -G`. Default true."),
});

export const hostSchema = z.strictObject({
  address: z
    .string()
    .optional()
    .describe("Name or IP to connect to. Default: the host's name, resolved by ssh_config or DNS."),
  roles: z
    .array(z.enum(["node", "load-balancer"]))
    .min(1)
    .describe("node: carries the sites. load-balancer: runs HAProxy."),
  ssh: sshSchema.optional().describe("Overrides the cluster's ssh settings for this host."),
  disks: z
    .array(absolutePath)
    .optional()
    .describe("Paths whose file systems matter, beside /, the datadir, bricks and mounts."),
});

const viaSchema = z.enum(["tunnel", "direct", "socket"]);

export const galeraSchema = z.strictObject({
  flavour: z.enum(["mariadb", "percona"]).describe("MariaDB Galera, or Percona XtraDB Cluster."),
  members: z
    .record(
      name,
      z.strictObject({ weight: z.int().min(0).max(255).default(1).describe("pc.weight; counts in quorum.") }),
    )
    .optional()
    .describe("The members that should be there, by host name. Default: every node, weight 1."),
  arbitrators: z.int().min(0).default(0).describe("garbd processes; they count in the cluster size."),
  user: z.string().describe("SQL account; `midwatch doctor` says which grants it needs."),
  password: secretSchema.optional().describe("env:NAME, file:PATH or command:PROGRAM …; never the password itself."),
  via: viaSchema
    .default("tunnel")
    .describe(
      "tunnel: through SSH to 127.0.0.1. direct: to the host's address. socket: through SSH to the unix socket.",
    ),
  port: port.default(3306),
  socket: absolutePath.default("/run/mysqld/mysqld.sock"),
  datadir: absolutePath.default("/var/lib/mysql"),
  service: z.string().optional().describe("systemd unit. Default: mariadb, or mysql for percona."),
});

export const glusterSchema = z.strictObject({
  hosts: z.array(name).optional().describe("The trusted pool. Default: every node."),
  volumes: z
    .record(
      name,
      z.strictObject({
        mount: absolutePath.describe("Where the volume must be mounted."),
        hosts: z.array(name).optional().describe("Hosts that must have it mounted. Default: every node."),
      }),
    )
    .describe("Volumes that must be there, by name."),
  service: z.string().default("glusterd"),
});

export const redisSchema = z.strictObject({
  host: name.describe("The host it runs on."),
  port: port.default(6379),
  purpose: z.enum(["cache", "sessions"]).describe("cache: may evict. sessions: must not."),
  prefix: z
    .string()
    .optional()
    .describe(
      "Count only keys with this prefix, by bounded SCAN, when the instance is shared. Without it DBSIZE counts.",
    ),
  user: z.string().optional().describe("ACL user. Default: the default user."),
  password: secretSchema.optional(),
  via: z.enum(["tunnel", "direct"]).default("tunnel"),
  tls: z
    .union([z.boolean(), z.strictObject({ ca: z.string().optional(), servername: z.string().optional() })])
    .default(false),
});

export const haproxySchema = z.strictObject({
  load_balancers: z
    .record(
      name,
      z.strictObject({
        socket: absolutePath
          .optional()
          .describe("Runtime unix socket, reached through SSH. Default /run/haproxy/admin.sock."),
        tcp: z
          .string()
          .optional()
          .describe("Runtime socket on TCP, host:port as the load balancer sees it, reached through SSH."),
        stats_url: z
          .string()
          .optional()
          .describe("Statistics page, as the load balancer sees it; read only and without server states."),
      }),
    )
    .optional()
    .describe("How each load balancer is asked. Default: every host with that role, by its unix socket."),
  servers: z
    .record(z.string(), name)
    .optional()
    .describe("HAProxy server name → host, where they differ; `proxy/server` for one proxy only."),
  web: z.array(z.string()).optional().describe("Proxies that carry the sites."),
  database: z.array(z.string()).optional().describe("Proxies that lead to the database; tells who the writer is."),
});

export const webSchema = z.strictObject({
  hosts: z.array(name).optional().describe("Origins. Default: every node."),
  service: z.enum(["apache2", "httpd", "nginx"]).default("apache2").describe("The web server's systemd unit."),
  docroot: absolutePath.default("/var/www"),
  health_url: z.string().default("http://127.0.0.1/").describe("A PHP page, as the host itself sees it."),
  host_header: z.string().optional().describe("Host header for the health page."),
  expect: z.string().optional().describe("Text the health page must hold."),
  status_url: z.string().optional().describe("Apache's server-status?auto, where it is on."),
  fpm: z.array(z.string()).optional().describe("PHP-FPM units, where PHP runs in FPM."),
});

export const shadowSchema = z.strictObject({
  master: name.describe("The master origin: pushes source → target."),
  subs: z.array(name).optional().describe("Sub-servers: pull target → source. Default: every other origin."),
  script: absolutePath.default("/etc/cronwrap/sync-sites"),
  state: absolutePath
    .default("/var/lib/sync-sites/last")
    .describe("File of key=value lines the script leaves: started, finished, result."),
  interval: durationSchema.prefault("3m"),
  source: absolutePath.default("/var/www"),
  target: absolutePath.default("/wp-core"),
});

export const intervalsSchema = z.strictObject({
  fast: durationSchema.prefault("2s").describe("Live values: members, backends, Redis, load."),
  services: durationSchema.prefault("10s").describe("Units, PHP modules, mounts, health pages."),
  gluster: durationSchema.prefault("15s").describe("Gluster's own commands, asked of one host."),
  slow: durationSchema.prefault("5m").describe("Sync drift, by a dry run."),
  packages: durationSchema.prefault("10m").describe("Waiting upgrades."),
});

export const thresholdsSchema = z.strictObject({
  disk_warning: percentSchema.prefault("90%"),
  disk_critical: percentSchema.prefault("95%"),
  memory_warning: percentSchema.prefault("90%"),
  load_per_core_warning: z.number().positive().default(2),
  clock_offset_warning: durationSchema.prefault("1s"),
  flow_control_paused_warning: z.number().min(0).max(1).default(0.1),
  redis_memory_warning: percentSchema.prefault("90%"),
  session_limit_warning: percentSchema.prefault("80%"),
  health_slow_warning: durationSchema.prefault("2s"),
  gcache_window_warning: durationSchema.prefault("30m"),
  heal_stalled_critical: durationSchema.prefault("20m"),
});

export const clusterSchema = z.strictObject({
  description: z.string().optional().describe("Shown beside the name."),
  role: z
    .enum(["viewer", "operator"])
    .default("viewer")
    .describe("The most this inventory allows. viewer: may look, must not touch."),
  ssh: sshSchema.optional().describe("For every host, unless the host says otherwise."),
  hosts: z.record(name, hostSchema).describe("Machines reached over SSH, in the order shown."),
  galera: galeraSchema.optional(),
  gluster: glusterSchema.optional(),
  redis: z.record(name, redisSchema).optional().describe("Redis instances by name."),
  haproxy: haproxySchema.optional(),
  web: webSchema.optional(),
  shadow: shadowSchema.optional(),
  intervals: intervalsSchema.prefault({}),
  thresholds: thresholdsSchema.prefault({}),
});

export const inventorySchema = z.strictObject({
  $schema: z.string().optional().describe("For editors."),
  clusters: z.record(name, clusterSchema).describe("One entry per cluster."),
});

export type InventoryFile = z.output<typeof inventorySchema>;
export type ClusterFile = z.output<typeof clusterSchema>;
