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
  /** This machine's clock at the last step, ms since the epoch: the hosts' clocks are right. */
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

/** Everything moves in steps of this size, so that the same seed and the same time give the same world. */
export const STEP_MS = 500;
/** A machine that slept does not have to live through the whole night. */
const MAX_STEPS = 7_200;

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

/** Lets the world live until `nowMs`, `speed` times as fast as the clock. */
export const advance = (world: World, nowMs: number, speed = 1): void => {
  const behindMs = (nowMs - world.nowMs) * speed;
  const steps = Math.min(MAX_STEPS, Math.floor(behindMs / STEP_MS));
  if (steps < 1) return;
  const startMs = nowMs - (steps * STEP_MS) / speed - ((behindMs / STEP_MS) % 1) * (STEP_MS / speed);
  for (let step = 1; step <= steps; step += 1) {
    world.nowMs = startMs + (step * STEP_MS) / speed;
    tick(world, STEP_MS);
  }
};

const tick = (world: World, stepMs: number): void => {
  world.simMs += stepMs;
  tickTraffic(world);
  tickHaproxy(world, stepMs);
  tickWeb(world, stepMs);
  tickGalera(world, stepMs);
  tickGluster(world, stepMs);
  tickRedis(world, stepMs);
  tickShadow(world, stepMs);
  tickHosts(world, stepMs);
};
