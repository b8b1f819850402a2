import type { Known } from "../../connect/sample.ts";
import type { Thresholds } from "../../inventory/cluster.ts";
import { duration, rate } from "../format.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { BrickHeal } from "./parse-heal.ts";

/** What a volume still has to heal. */
export interface Pending {
  /** Entries, counted once for all copies: of bricks that hold the same files the one that lists most counts. */
  readonly count: number;
  /** Of the count: contradicting copies, which do not heal by themselves. */
  readonly splitBrain: number;
  /** Bricks that gave no count: there may be more. */
  readonly silentBricks: number;
}

export interface Trend {
  readonly direction: "none" | "falling" | "rising" | "steady";
  /** Entries a second; negative while it falls. */
  readonly perSecond: number;
  /** Time it rests on, ms. */
  readonly overMs: number;
  /** Until nothing is left at this rate, ms; only while it falls. */
  readonly zeroInMs?: number | undefined;
  /** Since the count was last lower than ever before in this backlog, ms; absent while nothing is to heal. At least: history is bounded. */
  readonly notFallenMs?: number | undefined;
  /** The lower of the last two counts, contradicting copies left out: what a file just being written does not reach. */
  readonly standing: number;
}

/** `replicas`: how many neighbouring bricks hold the same files. */
export const pendingOf = (bricks: readonly BrickHeal[], replicas: number): Pending => {
  let count = 0;
  let splitBrain = 0;
  for (let at = 0; at < bricks.length; at += replicas) {
    const set = bricks.slice(at, at + replicas);
    count += Math.max(0, ...set.map(({ entries }) => entries?.total ?? 0));
    splitBrain += Math.max(0, ...set.map(({ entries }) => entries?.splitBrain ?? 0));
  }
  return { count, splitBrain, silentBricks: bricks.filter(({ entries }) => entries === undefined).length };
};

/** What heals by itself of all that is pending. */
export const healable = ({ count, splitBrain }: Pending): number => Math.max(0, count - splitBrain);

/** From how many entries in two counts, or for how long fewer, ms. */
type Backlog = Pick<Thresholds, "healBacklogWarning" | "healStandingWarningMs">;

/**
 * Files that a brick has missed and not yet got back, as opposed to files that are being written: one that is written
 * this moment may be counted, and writing thousands leaves the count at 0 or a few (measured with 10.3).
 */
export const isBacklog = (
  pending: Pending,
  trend: Reading<Trend>,
  { healBacklogWarning: many, healStandingWarningMs: longMs }: Backlog,
): boolean => {
  if (healable(pending) === 0) return false;
  if (trend.state === "unknown") return healable(pending) >= many;
  return trend.value.standing >= many || (trend.value.notFallenMs ?? 0) >= longMs;
};

/** How fast it goes, in words. */
export const courseOf = (trend: Reading<Trend>): string => {
  if (trend.state === "unknown") return "not enough history for a rate";
  const { direction, perSecond, notFallenMs = 0 } = trend.value;
  switch (direction) {
    case "none":
      return "nothing to heal";
    case "falling":
      return `${rate(-perSecond)} a second fewer`;
    case "rising":
      return `${rate(perSecond)} a second more`;
    case "steady":
      return `stalled for ${duration(notFallenMs)}`;
  }
};

/** Long enough that a few files written and healed between two questions do not make a trend. */
const WINDOW_MS = 180_000;

/** Where the count goes. Only counts by the same bricks are compared: one that falls silent would look like healing. */
export const trendOf = (history: readonly Known<readonly BrickHeal[]>[], replicas: number): Reading<Trend> => {
  const newest = history.at(-1);
  if (newest === undefined) return unknownReading("pending", "no count yet");
  const counted = countedBy(newest.value);
  const { count } = pendingOf(newest.value, replicas);
  let oldest = newest;
  for (const sample of history.toReversed()) {
    if (newest.atMs - sample.atMs > WINDOW_MS || countedBy(sample.value) !== counted) break;
    oldest = sample;
  }
  const overMs = newest.atMs - oldest.atMs;
  if (overMs <= 0) return unknownReading("pending", "needs two counts by the same bricks");
  const change = count - pendingOf(oldest.value, replicas).count;
  const perSecond = (change * 1_000) / overMs;
  const direction = change < 0 ? "falling" : change > 0 ? "rising" : count === 0 ? "none" : "steady";
  const zeroInMs = change < 0 ? Math.round((count / -change) * overMs) : undefined;
  const notFallenMs = count === 0 ? undefined : newest.atMs - lowSinceMs(history, replicas);
  const standing = Math.min(...history.slice(-2).map(({ value }) => healable(pendingOf(value, replicas))));
  return {
    state: "known",
    value: { direction, perSecond, overMs, zeroInMs, notFallenMs, standing },
    atMs: newest.atMs,
  };
};

/**
 * When the backlog was last brought to a new low. By age and not by count, because a heal that works gets there, however
 * large. A backlog begins anew at 0, and when other bricks give their counts.
 */
const lowSinceMs = (history: readonly Known<readonly BrickHeal[]>[], replicas: number): number => {
  let low = Infinity;
  let sinceMs = 0;
  let by: string | undefined;
  for (const { value, atMs } of history) {
    const { count } = pendingOf(value, replicas);
    const counted = countedBy(value);
    if (count === 0 || counted !== by) low = Infinity;
    by = counted;
    if (count > 0 && count < low) {
      low = count;
      sinceMs = atMs;
    }
  }
  return sinceMs;
};

const countedBy = (bricks: readonly BrickHeal[]): string =>
  bricks
    .filter(({ entries }) => entries !== undefined)
    .map(({ host, path }) => `${host}:${path}`)
    .toSorted()
    .join(" ");
