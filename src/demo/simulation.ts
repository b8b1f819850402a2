import { isGaleraSettled } from "./galera/tick.ts";
import { isHaproxySettled } from "./haproxy/tick.ts";
import { repair, type Scenario } from "./scenarios.ts";
import { advance, createWorld, type World } from "./world.ts";

/** The world with its clock. It moves when somebody looks: between two looks nobody can tell. */
export interface Simulation {
  /** The world as of now. */
  readonly now: () => World;
  /** Undoes what an earlier scenario broke and breaks this one's things; who must react at once is told. */
  readonly setScenario: (scenario: Scenario) => void;
  readonly onScenario: (listener: () => void) => void;
  /** Have the other systems noticed what a scenario did, and done what they do about it? Heals may go on for long. */
  readonly isSettled: () => boolean;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  /** How many times as fast as the clock. */
  readonly speed: number;
  readonly clock: () => number;
}

/** Averages and queues need a past: the world has lived for this long before anybody looks. */
const PAST_MS = 900_000;
const PAST_PACE = { stepMs: 500 } as const;

export const createSimulation = ({ seed, scenario, speed, clock }: SimulationOptions): Simulation => {
  const startMs = clock();
  const world = createWorld(seed, startMs - PAST_MS);
  advance(world, startMs - scenario.sinceMs, PAST_PACE);
  scenario.apply(world);
  advance(world, startMs, PAST_PACE);
  const listeners: (() => void)[] = [];
  const now = (): World => {
    advance(world, clock(), { speed });
    return world;
  };
  return {
    now,
    setScenario: (next) => {
      repair(now());
      next.apply(world);
      for (const listener of listeners) listener();
    },
    onScenario: (listener) => {
      listeners.push(listener);
    },
    isSettled: () => isGaleraSettled(now()) && isHaproxySettled(world),
  };
};
