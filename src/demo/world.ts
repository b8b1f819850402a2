import { createGalera, type GaleraState } from "./galera/state.ts";
import { tickGalera } from "./galera/tick.ts";
import { createGluster, type GlusterState } from "./gluster/state.ts";
import { tickGluster } from "./gluster/tick.ts";
import { createHaproxy, type HaproxyState } from "./haproxy/state.ts";
import { tickHaproxy } from "./haproxy/tick.ts";
import { createHosts, type HostState } from "./host/state.ts";
import { tickHosts } from "./host/tick.ts";
import type { HostName, NodeName } from "./layout.ts";
import { createRandom, type Random } from "./random.ts";
import { createRedis, type RedisName, type RedisState } from "./redis/state.ts";
import { tickRedis } from "./redis/tick.ts";
import { createShadow, type ShadowState } from "./shadow/state.ts";
import { tickShadow } from "./shadow/tick.ts";
import { createTraffic, tickTraffic, type TrafficState } from "./traffic.ts";
import { createWeb, type WebState } from "./web/state.ts";
import { tickWeb } from "./web/tick.ts";

/**
 * The one simulated state that every server of the embedded cluster answers from, so that what they say agrees. Only
 * the ticks, the scenarios and commands that change something write to it.
 */
export interface World {
  readonly random: Random;
  /** This machine's clock at the last step, ms since the epoch; the hosts' clocks are right but for `clockAheadMs`, which `date` alone shows. */
  nowMs: number;
  /** Simulated ms since the start; runs `speed` times as fast as the clock. */
  simMs: number;
  readonly traffic: TrafficState;
  readonly hosts: Readonly<Record<HostName, HostState>>;
  readonly galera: GaleraState;
  readonly gluster: GlusterState;
  readonly redis: Readonly<Record<RedisName, RedisState>>;
  readonly haproxy: HaproxyState;
  readonly web: Readonly<Record<NodeName, WebState>>;
  readonly shadow: ShadowState;
}

/** Everything moves in steps, so that the same seed and the same times give the same world. */
const STEP_MS = 100;
/** A machine that slept does not have to live through the whole night. */
const MAX_STEPS = 18_000;

export const createWorld = (seed: number, nowMs: number): World => {
  const random = createRandom(seed);
  return {
    random,
    nowMs,
    simMs: 0,
    traffic: createTraffic(),
    hosts: createHosts(random, nowMs),
    galera: createGalera(random, nowMs),
    gluster: createGluster(random),
    redis: createRedis(random, nowMs),
    haproxy: createHaproxy(random, nowMs),
    web: createWeb(random),
    shadow: createShadow(nowMs),
  };
};

export interface Pace {
  /** How many times as fast as the clock. */
  readonly speed?: number;
  /** Coarser steps for a past that nobody watches. */
  readonly stepMs?: number;
}

/** Lets the world live until `nowMs`. */
export const advance = (world: World, nowMs: number, { speed = 1, stepMs = STEP_MS }: Pace = {}): void => {
  const behind = ((nowMs - world.nowMs) * speed) / stepMs;
  const steps = Math.min(MAX_STEPS, Math.floor(behind));
  if (steps < 1) return;
  const clockStepMs = stepMs / speed;
  const startMs = nowMs - (steps + (behind % 1)) * clockStepMs;
  for (let step = 1; step <= steps; step += 1) {
    world.nowMs = startMs + step * clockStepMs;
    tick(world, stepMs);
  }
};

const tick = (world: World, stepMs: number): void => {
  world.simMs += stepMs;
  tickTraffic(world, stepMs);
  tickHaproxy(world, stepMs);
  tickWeb(world, stepMs);
  tickGalera(world, stepMs);
  tickGluster(world, stepMs);
  tickRedis(world, stepMs);
  tickShadow(world, stepMs);
  tickHosts(world, stepMs);
};
