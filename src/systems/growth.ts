import { unknownReading, type Reading } from "./reading.ts";

/** One figure at one time. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** Shorter than this, one large file, or the visitors of one minute, look like a trend. */
const ENOUGH_MS = 180_000;

/**
 * How much a figure grows a second, from the history kept. Both halves of it are looked at and the slower one counts, so
 * that one leap is no trend; 0 when it does not grow.
 */
export const growthOf = (points: readonly Point[]): Reading<number> => {
  const [first] = points;
  const last = points.at(-1);
  const middle = points[Math.floor(points.length / 2)];
  if (first === undefined || middle === undefined || last === undefined || last.atMs - first.atMs < ENOUGH_MS)
    return unknownReading("pending", "not enough history");
  if (middle.atMs <= first.atMs || last.atMs <= middle.atMs) return unknownReading("pending", "not enough history");
  const slope = (from: Point, to: Point): number => ((to.value - from.value) * 1_000) / (to.atMs - from.atMs);
  return { state: "known", atMs: last.atMs, value: Math.max(0, Math.min(slope(first, middle), slope(middle, last))) };
};
