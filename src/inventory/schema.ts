import { z } from "zod";
import { secretSchema } from "./secret.ts";
import {
  absolutePath,
  address,
  endpoint,
  haproxyName,
  jumpHost,
  line,
  localPath,
  name,
  port,
  unit,
  url,
  word,
} from "./text.ts";
import { durationSchema, intervalSchema, percentSchema } from "./units.ts";

/*
 * The inventory file, as people write it. Every key's description is printed in the JSON Schema and in the docs, so it
 * says what an operator needs to know to fill it in; it also ends the message when the key is missing.
 */

/** An empty list or mapping would override a default with nothing, which nobody means. */
const filled = <T extends z.ZodType<object>>(schema: T): T =>
  schema.refine((value) => Object.keys(value).length > 0, "at least one entry");

const hostList = filled(z.array(name));

const sshSchema = z.strictObject({
  user: word.optional().describe("Login name. Default: ssh_config's, else your own."),
  port: port.optional().describe("Default: ssh_config's, else 22."),
  key: localPath.optional().describe("Private key file. Default: ssh_config's IdentityFile, else the agent."),
  passphrase: secretSchema.optional().describe("Passphrase of the key; without it the console asks."),
  agent: z
    .union([z.boolean(), z.string().regex(/^~?\//, "the absolute path of an agent's socket")])
    .optional()
    .describe("Use the SSH agent: true ($SSH_AUTH_SOCK), false, or a socket path. Default true."),
  jump: z
    .array(jumpHost)
    .optional()
    .describe("Jump hosts in order, as user@host:port; [] for none. Default: ssh_config's ProxyJump."),
  known_hosts: filled(z.array(localPath))
    .optional()
    .describe("known_hosts files. Default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts."),
  ssh_config: z.boolean().optional().describe("Honour ~/.ssh/config through `ssh -G`. Default true."),
});

const hostSchema = z.strictObject({
  address: address
    .optional()
    .describe("Name or IP to connect to. Default: the host's name, resolved by ssh_config or DNS."),
  roles: filled(z.array(z.enum(["node", "load-balancer"]))).describe(
    "node: carries the sites. load-balancer: runs HAProxy.",
  ),
  ssh: sshSchema.optional().describe("Overrides the cluster's ssh settings for this host, key by key."),
  disks: z
    .array(absolutePath)
    .optional()
    .describe("Paths whose file systems matter, beside /, the datadir, bricks and mounts."),
});

const galeraSchema = z.strictObject({
  flavour: z.enum(["mariadb", "percona"]).describe("MariaDB Galera, or Percona XtraDB Cluster."),
  members: filled(
    z.record(
      name,
      z.strictObject({ weight: z.int().min(0).max(255).default(1).describe("pc.weight; counts in quorum.") }),
    ),
  )
    .optional()
    .describe("The members that should be there, by host name. Default: every node, weight 1."),
  arbitrators: z.int().min(0).max(255).default(0).describe("garbd processes; they count in the cluster size."),
  user: line.describe("SQL account; `midwatch doctor` says which grants it needs."),
  password: secretSchema.optional().describe("env:NAME, file:PATH or command:PROGRAM …; never the password itself."),
  via: z
    .enum(["tunnel", "direct", "socket"])
    .default("tunnel")
    .describe(
      "tunnel: through SSH to 127.0.0.1. direct: to the host's address. socket: through SSH to the unix socket.",
    ),
  port: port.default(3306).describe("Where members answer SQL."),
  socket: absolutePath.default("/run/mysqld/mysqld.sock").describe("The members' unix socket, for via: socket."),
  datadir: absolutePath.default("/var/lib/mysql").describe("Its file system is watched; grastate.dat lies there."),
  service: unit.optional().describe("systemd unit. Default: mariadb, or mysql for percona."),
});

const glusterSchema = z.strictObject({
  hosts: hostList.optional().describe("The trusted pool. Default: every node."),
  volumes: filled(
    z.record(
      name,
      z.strictObject({
        mount: absolutePath.describe("Where the volume must be mounted."),
        hosts: hostList.optional().describe("Hosts that must have it mounted. Default: every node."),
      }),
    ),
  ).describe("Volumes that must be there, by name."),
  service: unit.default("glusterd").describe("systemd unit of the management daemon."),
});

const tlsSchema = z.strictObject({
  ca: localPath
    .optional()
    .describe("PEM file of the authority that signed the server's certificate. Default: the system's."),
  servername: address.optional().describe("Name in the certificate, where it is not the host's address."),
});

const redisSchema = z.strictObject({
  host: name.describe("The host it runs on."),
  port: port.default(6379).describe("Its TCP port."),
  purpose: z.enum(["cache", "sessions"]).describe("cache: may evict. sessions: must not."),
  prefix: line
    .optional()
    .describe(
      "Count only keys with this prefix, by bounded SCAN, when the instance is shared. Without it DBSIZE counts.",
    ),
  user: word.optional().describe("ACL user. Default: the default user."),
  password: secretSchema.optional().describe("Of the ACL user, or requirepass. Default: none."),
  via: z
    .enum(["tunnel", "direct"])
    .default("tunnel")
    .describe("tunnel: through SSH to 127.0.0.1. direct: to the host's address."),
  tls: z.union([z.boolean(), tlsSchema]).default(false).describe("true, or how to check the server's certificate."),
});

const lockSchema = z.strictObject({
  redis: name.describe("The Redis instance that keeps the lock. Default: the first one for sessions."),
});

const haproxySchema = z.strictObject({
  load_balancers: filled(
    z.record(
      name,
      z.strictObject({
        socket: absolutePath
          .optional()
          .describe("Runtime unix socket, reached through SSH. Default: /run/haproxy/admin.sock."),
        tcp: endpoint
          .optional()
          .describe("Runtime socket on TCP, host:port as the load balancer sees it, reached through SSH."),
        stats_url: url
          .optional()
          .describe("Statistics page, as the load balancer sees it; read only and without server states."),
      }),
    ),
  )
    .optional()
    .describe("How each load balancer is asked. Default: every host with that role, by its unix socket."),
  servers: z
    .record(
      z.string().regex(/^[A-Za-z0-9_.:-]+(\/[A-Za-z0-9_.:-]+)?$/, "a server's name, or proxy/server"),
      name.describe("A host of this cluster."),
    )
    .optional()
    .describe("HAProxy server name → host, where they differ; `proxy/server` for one proxy only."),
  web: z.array(haproxyName).optional().describe("Proxies that carry the sites."),
  database: z.array(haproxyName).optional().describe("Proxies that lead to the database; tells who the writer is."),
});

const webSchema = z.strictObject({
  hosts: hostList.optional().describe("Origins. Default: every node."),
  service: z.enum(["apache2", "httpd", "nginx"]).default("apache2").describe("The web server's systemd unit."),
  docroot: absolutePath.default("/var/www").describe("Where the sites' files are."),
  health_url: url.default("http://127.0.0.1/").describe("A PHP page, as the host itself sees it."),
  host_header: word.optional().describe("Host header for the health page. Default: from the URL."),
  expect: line.optional().describe("Text the health page must hold."),
  status_url: url.optional().describe("Apache's server-status?auto, where it is on."),
  fpm: z.array(unit).optional().describe("PHP-FPM units, where PHP runs in FPM."),
});

const shadowSchema = z.strictObject({
  master: name.describe("The master origin: pushes source → target."),
  subs: z.array(name).optional().describe("Sub-servers: pull target → source. Default: every other origin."),
  script: absolutePath.default("/etc/cronwrap/sync-sites").describe("What cron runs."),
  state: absolutePath
    .default("/var/lib/sync-sites/last")
    .describe("File of key=value lines the script leaves: started, finished, result."),
  interval: intervalSchema.prefault("3m").describe("How often cron runs it; a sync is late after twice that."),
  source: absolutePath.default("/var/www").describe("The sites' files on each host."),
  target: absolutePath.default("/wp-core").describe("The Gluster mount they are copied to."),
});

const intervalsSchema = z.strictObject({
  fast: intervalSchema.prefault("2s").describe("Live values: members, backends, Redis, load."),
  services: intervalSchema.prefault("5s").describe("Units, PHP modules, mounts, health pages."),
  gluster: intervalSchema.prefault("10s").describe("Gluster's own commands, asked of one host."),
  slow: intervalSchema.prefault("5m").describe("Sync drift, by a dry run."),
  packages: intervalSchema.prefault("10m").describe("Waiting upgrades."),
});

const thresholdsSchema = z.strictObject({
  disk_warning: percentSchema.prefault("90%").describe("Share of a file system in use."),
  disk_critical: percentSchema.prefault("95%").describe("Share of a file system in use."),
  filling_from: percentSchema
    .prefault("70%")
    .describe("Share of a file system or of maxmemory below which it is no news how fast it fills."),
  filling_warning: durationSchema.prefault("1h").describe("A file system or Redis that is full within this."),
  memory_warning: percentSchema.prefault("90%").describe("Share of a host's memory in use, caches not counted."),
  load_per_core_warning: z.number().positive().default(2).describe("Five-minute load divided by cores."),
  clock_offset_warning: durationSchema.prefault("1s").describe("A host's clock against this machine's."),
  flow_control_paused_warning: z.number().min(0).max(1).default(0.1).describe("Share of time a member was paused."),
  redis_memory_warning: percentSchema.prefault("90%").describe("Share of an instance's maxmemory in use."),
  session_limit_warning: percentSchema.prefault("80%").describe("Share of an HAProxy server's session limit in use."),
  health_slow_warning: durationSchema.prefault("2s").describe("How long the health page may take."),
  server_errors_warning: percentSchema.prefault("5%").describe("Share of a frontend's answers that are 5xx."),
  conflicts_per_second_warning: z
    .number()
    .positive()
    .default(0.2)
    .describe("Transactions a second that lose against another member's."),
  receive_queue_warning: z.int().positive().default(10).describe("Write-sets that wait on a Synced member for 10 s."),
  catch_up_warning: durationSchema
    .prefault("5m")
    .describe("How long a member may catch up without getting nearer before it is said to be stuck."),
  gcache_window_warning: durationSchema
    .prefault("30m")
    .describe("How long a member may be away and still come back by IST."),
  heal_backlog_warning: z
    .int()
    .positive()
    .default(10)
    .describe("Entries to heal in two counts: fewer may be files that are being written."),
  heal_standing_warning: durationSchema
    .prefault("2m")
    .describe("How long fewer may stay to heal without falling before they are a backlog too."),
  heal_stalled_critical: durationSchema.prefault("20m").describe("How long a pending heal may stay without falling."),
  sync_deletions_warning: z
    .int()
    .nonnegative()
    .default(100)
    .describe("Files a sync may delete before it is somebody's mistake."),
  package_lists_warning: durationSchema.prefault("7d").describe("Age of a host's package lists."),
});

const clusterSchema = z.strictObject({
  description: line.optional().describe("Shown beside the name."),
  role: z
    .enum(["viewer", "operator"])
    .default("viewer")
    .describe("The most this inventory allows. viewer: may look, must not touch."),
  ssh: sshSchema.optional().describe("For every host, unless the host says otherwise."),
  hosts: filled(z.record(name, hostSchema)).describe("Machines reached over SSH, in the order shown."),
  galera: galeraSchema.optional().describe("The database. Leave out what the cluster does not have."),
  gluster: glusterSchema.optional().describe("The shared file system."),
  redis: z.record(name, redisSchema).optional().describe("Redis instances by name."),
  lock: lockSchema.optional().describe("Where operators keep out of each other's way."),
  haproxy: haproxySchema.optional().describe("The load balancers; `haproxy: {}` takes every default."),
  web: webSchema.optional().describe("Web server and PHP; `web: {}` takes every default."),
  shadow: shadowSchema.optional().describe("The rsync that shadows the sites' files."),
  intervals: intervalsSchema.prefault({}).describe("How often each kind of question is asked."),
  thresholds: thresholdsSchema.prefault({}).describe("When a value becomes a warning."),
});

export const inventorySchema = z.strictObject({
  clusters: filled(z.record(name, clusterSchema)).describe("One entry per cluster, by name."),
});

export type InventoryFile = z.output<typeof inventorySchema>;
export type ClusterFile = z.output<typeof clusterSchema>;
