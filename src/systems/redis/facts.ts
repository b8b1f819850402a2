import { z } from "zod";
import type { Known, Sample } from "../../connect/sample.ts";
import type { RedisConfig } from "../../inventory/cluster.ts";
import { pickReading, rateReading } from "../derive.ts";
import { counterRate } from "../rate.ts";
import { growthOf } from "../growth.ts";
import { readingOf, readingSchema, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { infoCommand, keysCommand, ownKeysCommand } from "./commands.ts";
import { fallOf, type Fall } from "./fall.ts";
import type { Counters, RedisInfo } from "./parse-info.ts";
import type { KeyCount } from "./parse-scan.ts";

export interface RedisFacts {
  readonly instances: readonly RedisInstance[];
}

export interface RedisInstance {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly purpose: RedisConfig["purpose"];
  /** Only keys that begin so are counted. */
  readonly prefix?: string | undefined;
  /** The instance of the same purpose that serves, where this one is its replica, or was when last seen: PHP uses that one. */
  readonly copyOf?: string | undefined;
  readonly info: Reading<RedisInfo>;
  readonly keys: Reading<KeyCount>;
  readonly hitShare: Reading<number>;
  readonly opsPerSecond: Reading<number>;
  readonly evictionsPerSecond: Reading<number>;
  readonly refusedWritesPerSecond: Reading<number>;
  readonly rejectedConnectionsPerSecond: Reading<number>;
  /** Keys more a second, steadily; 0 while they do not become more. */
  readonly keysGrowthPerSecond: Reading<number>;
  /** Bytes more a second, steadily; 0 while it does not grow. */
  readonly memoryGrowthBytesPerSecond: Reading<number>;
  /** Until memory reaches maxmemory at that pace, ms; absent without a limit, a pace, or enough history. */
  readonly fullInMs?: number | undefined;
  /** When the process was seen to be another than before, within the history kept. */
  readonly restartedAtMs?: number | undefined;
  /** When keys fell by half or more within a minute, and have not come back, within the history kept. */
  readonly fell?: Fall | undefined;
}

/** Look-ups are bursty; a hit rate over ten seconds jumps. */
const HIT_WINDOW_MS = 60_000;

export const redisFacts = (context: Context): RedisFacts => ({
  instances: context.cluster.redis.map((config) => instanceFacts(config, context)),
});

const instanceFacts = (config: RedisConfig, context: Context): RedisInstance => {
  const { samples } = context;
  const { name, host, port, purpose, prefix } = config;
  const info = readingOf(samples.latest(infoCommand, name), (value) => value);
  const history = sinceStart(samples.history(infoCommand, name));
  const perSecond = (counter: (counters: Counters) => number | undefined): Reading<number> =>
    rateReading(
      info,
      counterRate(history.current, (value) => counter(value.counters)),
    );
  const keyCounts =
    prefix === undefined
      ? counts(samples.history(infoCommand, name), countAll, ({ counters }) => counters.expired)
      : counts(samples.history(keysCommand, name), (value) => value);
  const memoryGrowth = ifKnown(
    info,
    growthOf(history.current.map(({ atMs, value }) => ({ atMs, value: value.memoryUsedBytes }))),
  );
  const own = samples.latest(ownKeysCommand, name);
  return {
    name,
    host,
    port,
    purpose,
    prefix,
    copyOf: masterOf(config, context),
    info,
    keys:
      prefix === undefined
        ? pickReading(info, (value) => without(own, countAll(value)), "it is still loading its data set")
        : readingOf(samples.latest(keysCommand, name), (value) => value),
    hitShare: hitShare(info, history.current),
    opsPerSecond: perSecond((counters) => counters.commands),
    evictionsPerSecond: perSecond((counters) => counters.evicted),
    refusedWritesPerSecond: perSecond((counters) => counters.refusedWrites),
    rejectedConnectionsPerSecond: perSecond((counters) => counters.rejectedConnections),
    restartedAtMs: history.restartedAtMs,
    fell: fallOf(keyCounts),
    keysGrowthPerSecond: ifKnown(info, growthOf(keyCounts.map(({ atMs, count }) => ({ atMs, value: count })))),
    memoryGrowthBytesPerSecond: memoryGrowth,
    fullInMs: fullInMs(info, memoryGrowth, purpose),
  };
};

/** By the history of its data, not by its master's address, which is seldom the inventory's. */
const masterOf = ({ name, purpose }: RedisConfig, { cluster, samples }: Context): string | undefined => {
  const now = samples.latest(infoCommand, name);
  const own = now.state === "known" ? now.value : now.last?.value;
  if (own?.role !== "replica" || own.replicationId === undefined) return undefined;
  return cluster.redis.find((other) => {
    const its = samples.latest(infoCommand, other.name);
    return (
      other.name !== name &&
      other.purpose === purpose &&
      its.state === "known" &&
      its.value.role === "master" &&
      !its.value.loading &&
      its.value.replicationId === own.replicationId
    );
  })?.name;
};

/** What is no longer answered for does not grow either. */
const ifKnown = (info: Reading<unknown>, growth: Reading<number>): Reading<number> =>
  info.state === "unknown" ? info : growth;

const fullInMs = (
  info: Reading<RedisInfo>,
  growth: Reading<number>,
  purpose: RedisConfig["purpose"],
): number | undefined => {
  if (info.state === "unknown" || growth.state === "unknown" || growth.value <= 0) return undefined;
  const { memoryLimitBytes, memoryUsedBytes, policy } = info.value;
  // A cache that evicts is meant to be full.
  const isMeantToBe = purpose === "cache" && policy !== "noeviction";
  return memoryLimitBytes === undefined || isMeantToBe
    ? undefined
    : Math.round((Math.max(0, memoryLimitBytes - memoryUsedBytes) / growth.value) * 1_000);
};

const counts = <T>(
  history: readonly Known<T>[],
  count: (value: T) => KeyCount | undefined,
  // Of the whole instance: of keys with one prefix alone it says nothing.
  expired: (value: T) => number | undefined = () => undefined,
): readonly { readonly atMs: number; readonly count: number; readonly expired: number | undefined }[] =>
  history.flatMap(({ atMs, value }) => {
    const keys = count(value);
    // "At least" so many says nothing of a fall.
    return keys === undefined || keys.atLeast ? [] : [{ atMs, count: keys.count, expired: expired(value) }];
  });

/**
 * How many keys are somebody's: all of DBSIZE but midwatch's own (the lock, its token, what is unfinished), where they
 * are in this instance. While these are not known, as for an account that may not ask, they count: three at most.
 */
const without = (own: Sample<number>, all: KeyCount | undefined): KeyCount | undefined =>
  all === undefined || own.state === "unknown" ? all : { ...all, count: Math.max(0, all.count - own.value) };

const countAll = ({ keys }: RedisInfo): KeyCount | undefined =>
  keys === undefined ? undefined : { count: keys, atLeast: false };

/** The samples of the present process: another run id is another start, and its counters began at 0. */
const sinceStart = (
  history: readonly Known<RedisInfo>[],
): { readonly current: readonly Known<RedisInfo>[]; readonly restartedAtMs?: number } => {
  const runId = history.at(-1)?.value.runId;
  const before = history.findLastIndex((sample) => sample.value.runId !== runId);
  const first = history[before + 1];
  return before < 0 || first === undefined
    ? { current: history }
    : { current: history.slice(before + 1), restartedAtMs: first.atMs - first.value.uptimeMs };
};

const hitShare = (info: Reading<RedisInfo>, history: readonly Known<RedisInfo>[]): Reading<number> => {
  const hits = rateReading(
    info,
    counterRate(history, (value) => value.counters.hits, HIT_WINDOW_MS),
  );
  const misses = rateReading(
    info,
    counterRate(history, (value) => value.counters.misses, HIT_WINDOW_MS),
  );
  if (hits.state === "unknown") return hits;
  if (misses.state === "unknown") return misses;
  const lookups = hits.value + misses.value;
  return lookups === 0
    ? unknownReading("pending", "no look-ups in the last minute")
    : { ...hits, value: hits.value / lookups };
};

const infoSchema = z.object({
  version: z.string(),
  runId: z.string().describe("Changes with every start of the process"),
  role: z.enum(["master", "replica"]),
  masterLinkUp: z.boolean().optional().describe("On a replica: whether it is connected to its master"),
  replicas: z.number().describe("Replicas connected to this instance"),
  replicationId: z.string().optional().describe("master_replid: a replica in step has its master's"),
  uptimeMs: z.number().describe("Time since the start of the process, ms"),
  loading: z.boolean().describe("Still reading its data set: refuses everything but INFO"),
  keys: z.number().optional().describe("Keys in all databases; absent while loading"),
  memoryUsedBytes: z.number().describe("used_memory, bytes"),
  memoryLimitBytes: z.number().optional().describe("maxmemory, bytes; absent when there is no limit"),
  policy: z.string().describe("maxmemory-policy"),
  clients: z.number().describe("Connected clients"),
  clientsLimit: z.number().optional().describe("maxclients"),
  blockedClients: z.number().describe("Clients waiting in a blocking call"),
  persistence: z.object({
    lastSaveOk: z.boolean().describe("rdb_last_bgsave_status"),
    lastSaveAtMs: z
      .number()
      .optional()
      .describe("By the instance's clock, ms since the epoch; absent when it has not saved since it started"),
    changesSinceSave: z.number().optional().describe("Writes since the last save"),
    aof: z.enum(["off", "ok", "failed"]).describe("The append-only file"),
  }),
  counters: z
    .object({
      commands: z.number().optional(),
      hits: z.number().optional(),
      misses: z.number().optional(),
      evicted: z.number().optional(),
      expired: z.number().optional(),
      rejectedConnections: z.number().optional(),
      refusedWrites: z.number().optional().describe("Writes answered with OOM, MISCONF or READONLY"),
    })
    .describe("Since the start of the process or CONFIG RESETSTAT"),
});

const perSecondSchema = (what: string) => readingSchema(z.number()).describe(`${what}, per second over about 10 s`);

export const redisFactsSchema: z.ZodType<RedisFacts> = z.object({
  instances: z.array(
    z.object({
      name: z.string(),
      host: z.string(),
      port: z.number(),
      purpose: z.enum(["cache", "sessions"]),
      prefix: z.string().optional().describe("Only keys that begin so are counted"),
      copyOf: z
        .string()
        .optional()
        .describe("The instance that serves, where this one is its replica, or was when last seen"),
      info: readingSchema(infoSchema),
      keys: readingSchema(
        z.object({
          count: z.number(),
          atLeast: z.boolean().describe("The bounded scan for the prefix ended early: there may be more"),
        }),
      ).describe(
        "Keys, or those with the configured prefix: the sessions of a sessions instance; without midwatch's own",
      ),
      hitShare: readingSchema(z.number()).describe("Look-ups that found their key over the last minute, 0 to 1"),
      opsPerSecond: perSecondSchema("Commands"),
      evictionsPerSecond: perSecondSchema("Keys evicted because memory was full"),
      refusedWritesPerSecond: perSecondSchema("Writes answered with OOM, MISCONF or READONLY"),
      rejectedConnectionsPerSecond: perSecondSchema("Connections refused at maxclients"),
      keysGrowthPerSecond: readingSchema(z.number()).describe(
        "Keys more a second, steadily over minutes; never negative",
      ),
      memoryGrowthBytesPerSecond: readingSchema(z.number()).describe("Bytes more a second, steadily over minutes"),
      fullInMs: z
        .number()
        .optional()
        .describe("Until memory reaches maxmemory at that pace, ms; absent without a limit, a pace or enough history"),
      fell: z
        .object({ from: z.number(), to: z.number(), atMs: z.number().describe("When it was seen, ms since the epoch") })
        .optional()
        .describe("Keys that fell by half or more within a minute, other than by expiring, and have not come back"),
      restartedAtMs: z.number().optional().describe("When it restarted, if that was seen, ms since the epoch"),
    }),
  ),
});
