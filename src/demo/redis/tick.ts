import { isRunning } from "../host/state.ts";
import type { World } from "../world.ts";
import { capacity, REDIS_UNIT, type RedisState } from "./state.ts";

const SESSION_SECONDS = 1_440;
/** For every visitor with a page open there are those who left within the 24 minutes. */
const SESSIONS_PER_VISITOR = 3;
/** Faster than life, so that the count can be seen to move. */
const TURNOVER = 4;
const SAVE_EVERY_MS = 60_000;

export const tickRedis = (world: World, stepMs: number): void => {
  const seconds = stepMs / 1_000;
  for (const redis of [world.redis.cache, world.redis.sessions]) {
    if (!isRunning(world.hosts.lb1, REDIS_UNIT[redis.name])) continue;
    if (redis.name === "sessions") tickSessions(world, redis, seconds);
    else tickCache(world, redis, seconds);
    evict(redis);
    save(world, redis);
  }
};

/** Visitors arrive and are forgotten after PHP's 24 minutes: the count follows the wave with a lag. */
const tickSessions = (world: World, redis: RedisState, seconds: number): void => {
  const { random, traffic } = world;
  const arrived = random.count(((traffic.visitors * SESSIONS_PER_VISITOR) / SESSION_SECONDS) * seconds * TURNOVER);
  const expired = Math.min(redis.keys, random.count((redis.keys / SESSION_SECONDS) * seconds * TURNOVER));
  redis.keys += arrived - expired;
  redis.expired += expired;
  redis.changesSinceSave += arrived + expired;
  work(world, redis, traffic.requestsPerSecond * 2, 0.97, seconds);
};

const tickCache = (world: World, redis: RedisState, seconds: number): void => {
  const { random, traffic } = world;
  const expired = Math.min(redis.keys, random.count((redis.keys / 900) * seconds));
  redis.keys += random.count(46 * (traffic.requestsPerSecond / 40) * seconds) - expired;
  redis.expired += expired;
  work(world, redis, traffic.requestsPerSecond * 22, 0.92, seconds);
};

const work = (world: World, redis: RedisState, perSecond: number, hitShare: number, seconds: number): void => {
  const calls = world.random.count(perSecond * seconds);
  const reads = Math.round(calls * 0.8);
  const hits = Math.round(reads * hitShare);
  redis.commands += calls;
  redis.hits += hits;
  redis.misses += reads - hits;
  redis.netInBytes += calls * 96;
  redis.netOutBytes += hits * 1_450;
  redis.connections += world.random.count(world.traffic.requestsPerSecond * 0.2 * seconds);
  redis.clients = (redis.name === "cache" ? 9 : 3) + Math.round(world.traffic.requestsPerSecond / 12);
  redis.opsPerSecond = Math.round(redis.opsPerSecond * (1 - Math.min(1, seconds)) + calls);
};

/** A full instance drops the least recently used key for every new one, if its policy lets it. */
const evict = (redis: RedisState): void => {
  const over = redis.keys - capacity(redis);
  if (over <= 0) return;
  redis.keys -= over;
  if (redis.policy !== "noeviction") redis.evicted += over;
};

const save = (world: World, redis: RedisState): void => {
  if (redis.save === "" || world.nowMs - redis.lastSaveMs < SAVE_EVERY_MS || redis.changesSinceSave < 100) return;
  redis.lastSaveMs = world.nowMs;
  redis.changesSinceSave = 0;
};
