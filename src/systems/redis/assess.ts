import { bytes, count, duration, percent, plural, rate } from "../format.ts";
import { onHost } from "../explain.ts";
import type { Severity } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { infoCommand } from "./commands.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";
import type { RedisInfo } from "./parse-info.ts";
import type { RedisFinding } from "./rules.ts";

export const assessRedis = (facts: RedisFacts, context: Context): readonly RedisFinding[] => [
  ...facts.instances.flatMap((instance) => assessInstance(instance, context)),
  ...sharedInstances(facts),
];

const assessInstance = (instance: RedisInstance, context: Context): readonly RedisFinding[] => {
  const { info } = instance;
  if (info.state === "known") return rules(instance, info.value, context).map((rule) => findingOf(instance, rule));
  if (info.reason === "pending") return [];
  if (info.reason === "refused") {
    return [
      findingOf(instance, {
        id: "redis.down",
        severity: bySessions(served(instance), "critical", "warning"),
        text: `takes no connections${lost(instance)} (${info.detail})`,
        next: `on ${instance.host}: systemctl status 'redis*', then start it`,
        explainedBy: onHost(instance.host, "host.disk_full", "host.memory"),
      }),
    ];
  }
  return [
    findingOf(instance, {
      id: "redis.unknown",
      severity: "unknown",
      text: `is not known: ${info.detail}`,
      next: info.fix ?? `see whether ${instance.host} answers; midwatch doctor tries the connection`,
      explainedBy: onHost(instance.host, "host.unreachable"),
    }),
  ];
};

/** `text` continues the instance's name: `is down`. */
type Said = Pick<RedisFinding, "id" | "severity" | "text" | "explainedBy"> & { readonly next: string };

const findingOf = (instance: RedisInstance, said: Said): RedisFinding => ({
  ...said,
  subject: instance.name,
  host: instance.host,
  text: `Redis ${instance.name} ${said.text}`,
  evidence: [probeKey(infoCommand.id, instance.name)],
});

const bySessions = <A extends Severity, B extends Severity>(
  { purpose }: { readonly purpose: RedisInstance["purpose"] | "copy" },
  sessions: A,
  cache: B,
): A | B => (purpose === "sessions" ? sessions : cache);

/** What it is to PHP, which misses no copy. */
const served = ({ purpose, copyOf }: RedisInstance): { readonly purpose: RedisInstance["purpose"] | "copy" } => ({
  purpose: copyOf === undefined ? purpose : "copy",
});

const lost = ({ purpose, copyOf }: RedisInstance): string => {
  if (copyOf !== undefined) return `: ${copyOf} is not copied to it`;
  return purpose === "sessions" ? ": PHP has no sessions" : "";
};

const rules = (instance: RedisInstance, info: RedisInfo, context: Context): readonly Said[] => [
  ...state(instance, info),
  ...memory(instance, info, context),
  ...trouble(instance, info),
  ...restarted(instance, context),
  ...fallen(instance, context),
  ...open(instance, context),
];

const restarted = (instance: RedisInstance, { nowMs }: Context): readonly Said[] => {
  const { restartedAtMs } = instance;
  if (restartedAtMs === undefined) return [];
  const text = `restarted ${duration(nowMs - restartedAtMs)} ago`;
  return [{ id: "redis.restarted", severity: "info", text, next: logOf(instance) }];
};

const fallen = (instance: RedisInstance, { nowMs }: Context): readonly Said[] => {
  const { fell, purpose, copyOf } = instance;
  // A copy is emptied before it is filled anew; what its master loses is told there.
  if (fell === undefined || purpose !== "sessions" || copyOf !== undefined) return [];
  const text = `lost sessions: from ${count(fell.from)} to ${count(fell.to)} within a minute, ${duration(nowMs - fell.atMs)} ago`;
  const explainedBy = onHost(instance.host, "redis.evicting", "redis.down");
  return [{ id: "redis.sessions_fell", severity: "critical", text, next: logOf(instance), explainedBy }];
};

/** Through a tunnel it is asked at the host's own loopback, which says nothing of the network. */
const open = ({ name }: RedisInstance, { cluster }: Context): readonly Said[] => {
  const config = cluster.redis.find((each) => each.name === name);
  const address = cluster.hosts.find((each) => each.name === config?.host)?.address ?? "";
  const loopback = /^(localhost|127\.|::1$)/.test(address);
  if (config === undefined || config.via !== "direct" || config.password !== undefined || loopback) return [];
  const text = `answers at ${address}:${config.port} without a password`;
  return [
    { id: "redis.no_password", severity: "warning", text, next: "requirepass or an ACL user, or bind 127.0.0.1" },
  ];
};

const state = (instance: RedisInstance, info: RedisInfo): readonly Said[] => {
  if (info.loading) {
    return [
      {
        id: "redis.loading",
        severity: bySessions(served(instance), "critical", "warning"),
        text: `is loading its data set and refuses everything until then`,
        next: "wait for it",
      },
    ];
  }
  if (info.role === "master") return [];
  if (instance.copyOf !== undefined)
    return info.masterLinkUp === false
      ? [
          {
            id: "redis.replica",
            severity: "warning",
            text: `has lost its master ${instance.copyOf}: what is written there is not copied`,
            next: logOf(instance),
          },
        ]
      : [];
  return [
    {
      id: "redis.replica",
      severity: bySessions(instance, "critical", "warning"),
      text: `is a replica${info.masterLinkUp === false ? " without its master" : ""}: writes to it fail`,
      next: "find out who made it a replica; point PHP at its master, or REPLICAOF NO ONE",
    },
  ];
};

const memory = (instance: RedisInstance, info: RedisInfo, { cluster }: Context): readonly Said[] => {
  const found: Said[] = [];
  const sessions = instance.purpose === "sessions";
  if (sessions && info.policy.startsWith("allkeys-")) {
    const text = `may evict sessions: its policy is ${info.policy}`;
    found.push({
      id: "redis.eviction_policy",
      severity: "warning",
      text,
      next: "CONFIG SET maxmemory-policy noeviction, and in its configuration",
      explainedBy: onHost(instance.host, "redis.evicting"),
    });
  }
  const evictions = instance.evictionsPerSecond;
  if (sessions && evictions.state === "known" && evictions.value > 0) {
    const text = `evicts ${rate(evictions.value)} sessions a second: people are logged out`;
    const port = cluster.redis.find(({ name }) => name === instance.name)?.port ?? 6379;
    const next = `on ${instance.host}: redis-cli -p ${port} CONFIG SET maxmemory ${twice(info.memoryLimitBytes)}, and redis.conf`;
    found.push({ id: "redis.evicting", severity: "critical", text, next });
  }
  const used = info.memoryLimitBytes === undefined ? undefined : info.memoryUsedBytes / info.memoryLimitBytes;
  // A cache that evicts is meant to be full.
  const evicts = !sessions && info.policy !== "noeviction";
  if (used !== undefined && used >= cluster.thresholds.redisMemoryWarning && !evicts) {
    const limit = bytes(info.memoryLimitBytes ?? 0);
    const then = info.policy === "noeviction" ? "at 100% it refuses writes" : "at 100% it evicts";
    found.push({
      id: "redis.memory",
      severity: "warning",
      text: `uses ${percent(Math.min(1, used))} of ${limit}: ${then}`,
      next: "raise maxmemory, or find what grew",
      explainedBy: onHost(instance.host, "redis.evicting", "redis.refusing_writes"),
    });
  } else if (
    used !== undefined &&
    used >= cluster.thresholds.fillingFrom &&
    (instance.fullInMs ?? Infinity) < cluster.thresholds.fillingWarningMs
  ) {
    const limit = bytes(info.memoryLimitBytes ?? 0);
    found.push({
      id: "redis.filling",
      severity: "warning",
      text: `uses ${percent(used)} of ${limit} and is full in about ${duration(instance.fullInMs ?? 0)} as it grows now`,
      next: "raise maxmemory, or find who makes so many sessions: robots, a health check without a cookie",
    });
  }
  return found;
};

/** What it has is too little by an amount nobody knows. */
const twice = (limitBytes: number | undefined): string =>
  limitBytes === undefined ? "MORE" : `${Math.ceil((2 * limitBytes) / 1_048_576)}mb`;

const trouble = (instance: RedisInstance, info: RedisInfo): readonly Said[] => {
  const found: Said[] = [];
  const { refusedWritesPerSecond: refused, rejectedConnectionsPerSecond: rejected } = instance;
  if (refused.state === "known" && refused.value > 0) {
    const text = `refuses ${rate(refused.value)} writes a second (${whyRefused(info)})`;
    found.push({
      id: "redis.refusing_writes",
      severity: bySessions(instance, "critical", "warning"),
      text,
      next: "see why in its row; df -h on its host, or raise maxmemory",
      explainedBy: onHost(instance.host, "host.disk_full", "redis.save_failed", "redis.replica"),
    });
  }
  if (!info.persistence.lastSaveOk || info.persistence.aof === "failed") {
    const what = info.persistence.lastSaveOk ? "append-only file" : "last save";
    const text = `could not write to disk: ${what} failed; by default it then refuses writes`;
    found.push({
      id: "redis.save_failed",
      severity: "warning",
      text,
      next: `on ${instance.host}: df -h; journalctl -u 'redis*'`,
      explainedBy: onHost(instance.host, "host.disk_full"),
    });
  }
  if (rejected.state === "known" && rejected.value > 0) {
    const limit = info.clientsLimit === undefined ? "" : ` (${count(info.clients)} of ${count(info.clientsLimit)})`;
    const text = `rejects ${rate(rejected.value)} connections a second: too many clients${limit}`;
    const next = "raise maxclients, or find who keeps connections open: CLIENT LIST";
    found.push({ id: "redis.rejecting", severity: bySessions(instance, "critical", "warning"), text, next });
  }
  if (instance.purpose === "sessions" && info.blockedClients > 0) {
    const text = `has ${plural(info.blockedClients, "blocked client")}`;
    found.push({ id: "redis.blocked", severity: "warning", text, next: "CLIENT LIST on the instance" });
  }
  return found;
};

const logOf = ({ host }: RedisInstance): string => `on ${host}: journalctl -u 'redis*' -n 50`;

const whyRefused = (info: RedisInfo): string => {
  if (info.role === "replica") return "it is a replica";
  if (!info.persistence.lastSaveOk || info.persistence.aof === "failed") return "its last save failed";
  return "memory is full";
};

/** A cache that is flushed, or that fills up, takes the sessions on the same instance with it. */
const sharedInstances = ({ instances }: RedisFacts): readonly RedisFinding[] =>
  instances
    .filter((one) => one.purpose === "sessions")
    .flatMap((one) => {
      const cache = instances.find(
        (other) => other.purpose === "cache" && other.host === one.host && other.port === one.port,
      );
      if (cache === undefined) return [];
      const text = `shares an instance with the cache ${cache.name}: what fills or flushes it ends sessions`;
      return [
        findingOf(one, {
          id: "redis.shared",
          severity: "warning",
          text,
          next: "give sessions an instance of their own",
        }),
      ];
    });
