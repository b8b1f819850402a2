import type { World } from "./world.ts";

/** What visitors do; every other system's figures follow from it. */
export interface TrafficState {
  /** People with a page open. */
  visitors: number;
  requestsPerSecond: number;
  writesPerSecond: number;
}

const WAVE_MS = 900_000;
const RIPPLE_MS = 97_000;
const MEAN_VISITORS = 420;

export const createTraffic = (): TrafficState => ({
  visitors: MEAN_VISITORS,
  requestsPerSecond: 40,
  writesPerSecond: 9,
});

/** A slow wave with a ripple on it, so that trends can be seen within minutes. */
export const tickTraffic = (world: World, stepMs: number): void => {
  const { traffic, random } = world;
  const wave = Math.sin((2 * Math.PI * world.simMs) / WAVE_MS) * 0.28;
  const ripple = Math.sin((2 * Math.PI * world.simMs) / RIPPLE_MS) * 0.07;
  const target = MEAN_VISITORS * (1 + wave + ripple + (random.next() - 0.5) * 0.05);
  traffic.visitors += (target - traffic.visitors) * Math.min(1, stepMs / 2_500);
  traffic.requestsPerSecond = traffic.visitors * 0.095;
  traffic.writesPerSecond = traffic.requestsPerSecond * 0.24;
};
