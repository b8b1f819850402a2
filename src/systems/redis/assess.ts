import { bytes, count, duration, percent, rate } from "../format.ts";
import type { Finding, Severity } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { infoCommand } from "./commands.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";
import type { RedisInfo } from "./parse-info.ts";

export const assessRedis = (facts: RedisFacts, context: Context): readonly Finding[] => [
  ...facts.instances.flatMap((instance) => assessInstance(instance, context)),
  ...sharedInstances(facts),
];

const assessInstance = (instance: RedisInstance, context: Context): readonly Finding[] => {
  const { info } = instance;
  if (info.state === "known") return rules(instance, info.value, context).map((rule) => findingOf(instance, rule));
  if (info.reason === "pending") return [];
  if (info.reason === "refused") {
    return [
      findingOf(instance, {
        rule: "down",
        severity: bySessions(instance, "critical", "warning"),
        text: `takes no connections: ${info.detail}${lost(instance)}`,
        next: `on ${instance.host}: systemctl status 'redis*'`,
      }),
    ];
  }
  return [
    findingOf(instance, { rule: "unknown", severity: "unknown", text: `is not known: ${info.detail}`, next: info.fix }),
  ];
};

interface Rule {
  readonly rule: string;
  readonly severity: Finding["severity"];
  /** Continues the instance's name: `is down`. */
  readonly text: string;
  readonly next?: string | undefined;
}

const findingOf = (instance: RedisInstance, { rule, severity, text, next }: Rule): Finding => ({
  id: `redis.${rule}`,
  severity,
  subject: instance.name,
  host: instance.host,
  text: `Redis ${instance.name} ${text}`,
  ...(next === undefined ? {} : { next }),
  evidence: [probeKey(infoCommand.id, instance.name)],
});

const bySessions = <A extends Severity, B extends Severity>(instance: RedisInstance, sessions: A, cache: B): A | B =>
  instance.purpose === "sessions" ? sessions : cache;

const lost = (instance: RedisInstance): string => (instance.purpose === "sessions" ? "; PHP has no sessions" : "");

const rules = (instance: RedisInstance, info: RedisInfo, context: Context): readonly Rule[] => [
  ...state(instance, info),
  ...memory(instance, info, context),
  ...trouble(instance, info),
  ...(instance.restartedAtMs === undefined
    ? []
    : [
        {
          rule: "restarted",
          severity: "info" as const,
          text: `restarted ${duration(context.nowMs - instance.restartedAtMs)} ago`,
        },
      ]),
];

const state = (instance: RedisInstance, info: RedisInfo): readonly Rule[] => {
  if (info.loading) {
    return [
      {
        rule: "loading",
        severity: bySessions(instance, "critical", "warning"),
        text: `is loading its data set and refuses everything until then`,
      },
    ];
  }
  if (info.role === "master") return [];
  return [
    {
      rule: "replica",
      severity: bySessions(instance, "critical", "warning"),
      text: `is a replica${info.masterLinkUp === false ? " without its master" : ""}: writes to it fail`,
    },
  ];
};

const memory = (instance: RedisInstance, info: RedisInfo, { cluster }: Context): readonly Rule[] => {
  const found: Rule[] = [];
  const sessions = instance.purpose === "sessions";
  if (sessions && info.policy.startsWith("allkeys-")) {
    const text = `may evict sessions: its policy is ${info.policy}`;
    found.push({ rule: "eviction_policy", severity: "warning", text, next: "maxmemory-policy noeviction" });
  }
  const evictions = instance.evictionsPerSecond;
  if (sessions && evictions.state === "known" && evictions.value > 0) {
    const text = `evicts ${rate(evictions.value)} sessions a second: people are logged out`;
    found.push({ rule: "evicting", severity: "critical", text, next: "raise maxmemory" });
  }
  const used = info.memoryLimitBytes === undefined ? undefined : info.memoryUsedBytes / info.memoryLimitBytes;
  // A cache that evicts is meant to be full.
  const evicts = !sessions && info.policy !== "noeviction";
  if (used !== undefined && used >= cluster.thresholds.redisMemoryWarning && !evicts) {
    const limit = bytes(info.memoryLimitBytes ?? 0);
    const then = info.policy === "noeviction" ? "at 100% it refuses writes" : "at 100% it evicts";
    found.push({
      rule: "memory",
      severity: "warning",
      text: `uses ${percent(Math.min(1, used))} of ${limit}: ${then}`,
    });
  }
  return found;
};

const trouble = (instance: RedisInstance, info: RedisInfo): readonly Rule[] => {
  const found: Rule[] = [];
  const { refusedWritesPerSecond: refused, rejectedConnectionsPerSecond: rejected } = instance;
  if (refused.state === "known" && refused.value > 0) {
    const text = `refuses ${rate(refused.value)} writes a second (${whyRefused(info)})`;
    found.push({ rule: "refusing_writes", severity: bySessions(instance, "critical", "warning"), text });
  }
  if (!info.persistence.lastSaveOk || info.persistence.aof === "failed") {
    const what = info.persistence.lastSaveOk ? "append-only file" : "last save";
    const text = `could not write to disk: ${what} failed; by default it then refuses writes`;
    found.push({
      rule: "save_failed",
      severity: "warning",
      text,
      next: `on ${instance.host}: df -h; journalctl -u 'redis*'`,
    });
  }
  if (rejected.state === "known" && rejected.value > 0) {
    const limit = info.clientsLimit === undefined ? "" : ` (${count(info.clients)} of ${count(info.clientsLimit)})`;
    const text = `rejects ${rate(rejected.value)} connections a second: too many clients${limit}`;
    found.push({ rule: "rejecting", severity: bySessions(instance, "critical", "warning"), text });
  }
  if (instance.purpose === "sessions" && info.blockedClients > 0) {
    found.push({ rule: "blocked", severity: "warning", text: `has ${count(info.blockedClients)} blocked clients` });
  }
  return found;
};

const whyRefused = (info: RedisInfo): string => {
  if (info.role === "replica") return "it is a replica";
  if (!info.persistence.lastSaveOk || info.persistence.aof === "failed") return "its last save failed";
  return "memory is full";
};

/** A cache that is flushed, or that fills up, takes the sessions on the same instance with it. */
const sharedInstances = ({ instances }: RedisFacts): readonly Finding[] =>
  instances
    .filter((one) => one.purpose === "sessions")
    .flatMap((one) => {
      const cache = instances.find(
        (other) => other.purpose === "cache" && other.host === one.host && other.port === one.port,
      );
      if (cache === undefined) return [];
      const text = `shares an instance with the cache ${cache.name}: what fills or flushes it ends sessions`;
      return [findingOf(one, { rule: "shared", severity: "warning", text })];
    });
