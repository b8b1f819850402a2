import type { Random } from "../random.ts";
import type { StringKey } from "./strings.ts";

export type RedisName = "cache" | "sessions";

/** One Redis instance on lb1. */
export interface RedisState {
  readonly name: RedisName;
  readonly port: number;
  readonly runId: string;
  readonly processId: number;
  readonly prefix: string;
  startedAtMs: number;
  maxmemoryBytes: number;
  policy: "allkeys-lru" | "noeviction";
  readonly save: string;
  keys: number;
  /** Plain strings beside those: few, and named by whoever writes them. */
  readonly strings: Map<string, StringKey>;
  readonly bytesPerKey: number;
  readonly averageTtlMs: number;
  hits: number;
  misses: number;
  evicted: number;
  expired: number;
  commands: number;
  connections: number;
  clients: number;
  blocked: number;
  opsPerSecond: number;
  netInBytes: number;
  netOutBytes: number;
  lastSaveMs: number;
  lastSaveOk: boolean;
  changesSinceSave: number;
}

export const REDIS_UNIT: Readonly<Record<RedisName, string>> = {
  cache: "redis-server@6379",
  sessions: "redis-server@6380",
};

/** What an empty server takes. */
const BASE_BYTES = 1_240_000;

export const usedMemoryBytes = (redis: RedisState): number => Math.round(BASE_BYTES + redis.keys * redis.bytesPerKey);

/** How many keys fit below maxmemory. */
export const capacity = (redis: RedisState): number =>
  Math.floor((redis.maxmemoryBytes - BASE_BYTES) / redis.bytesPerKey);

const counters = (random: Random, scale: number) => ({
  hits: random.between(9, 12) * scale,
  misses: random.between(6, 9) * Math.round(scale / 10),
  expired: random.between(3, 5) * Math.round(scale / 10),
  commands: random.between(14, 19) * scale,
  connections: random.between(3, 6) * Math.round(scale / 40),
  netInBytes: random.between(20, 30) * scale * 100,
  netOutBytes: random.between(40, 60) * scale * 100,
});

export const createRedis = (random: Random, nowMs: number): Readonly<Record<RedisName, RedisState>> => ({
  cache: {
    name: "cache",
    port: 6379,
    runId: random.hex(40),
    processId: random.between(500, 700),
    prefix: "wp:",
    startedAtMs: nowMs - 1_100_000_000,
    maxmemoryBytes: 256 * 1_048_576,
    policy: "allkeys-lru",
    save: "",
    keys: 41_200,
    strings: new Map(),
    bytesPerKey: 2_640,
    averageTtlMs: 540_000,
    evicted: random.between(1_000, 4_000),
    clients: 12,
    blocked: 0,
    opsPerSecond: 0,
    lastSaveMs: nowMs - 1_100_000_000,
    lastSaveOk: true,
    changesSinceSave: 0,
    ...counters(random, 1_000_000),
  },
  sessions: {
    name: "sessions",
    port: 6380,
    runId: random.hex(40),
    processId: random.between(701, 900),
    prefix: "PHPREDIS_SESSION:",
    startedAtMs: nowMs - 1_100_000_000,
    maxmemoryBytes: 64 * 1_048_576,
    policy: "noeviction",
    save: "300 1 60 100",
    keys: 1_280,
    strings: new Map(),
    bytesPerKey: 11_800,
    averageTtlMs: 960_000,
    evicted: 0,
    clients: 6,
    blocked: 0,
    opsPerSecond: 0,
    lastSaveMs: nowMs - 44_000,
    lastSaveOk: true,
    changesSinceSave: 60,
    ...counters(random, 100_000),
  },
});
