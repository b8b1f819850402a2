import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesKey, trailOf, withValues, type Series } from "../../src/watch/series.ts";

const MINUTE = 60_000;
/** A whole even minute. */
const AT = 1_800_000_000_000;
const KEY = seriesKey("redis", "sessions");

const fed = (
  values: readonly (readonly [atMs: number, value: number | undefined])[],
  before: Series = new Map(),
): Series =>
  values.reduce<Series>(
    (series, [atMs, value]) => withValues(series, value === undefined ? new Map() : new Map([[KEY, value]]), atMs),
    before,
  );

describe("the course of a figure", () => {
  it("is the average of each minute, the present one so far included, and a gap where nothing was known", () => {
    const series = fed([
      [AT, 10],
      [AT + 30_000, 20],
      [AT + MINUTE, undefined],
      [AT + 2 * MINUTE, 7],
    ]);
    expect(trailOf(series, "redis", AT + 2 * MINUTE + 1_000)("sessions", 5, 1)).toEqual([
      undefined,
      undefined,
      15,
      undefined,
      7,
    ]);
  });

  it("comes in stretches that begin at whole multiples, so that columns stay the same until the next one", () => {
    const series = fed(Array.from({ length: 6 }, (_, i) => [AT + i * MINUTE, i] as const));
    const at = (minute: number) => trailOf(series, "redis", AT + minute * MINUTE)("sessions", 3, 2);
    expect(at(5)).toEqual([0.5, 2.5, 4.5]);
    expect(at(4)).toEqual([0.5, 2.5, 4.5]);
    expect(at(6)).toEqual([2.5, 4.5, undefined]);
  });

  it("belongs to its room, and is nothing for a figure nobody has seen", () => {
    const series = fed([[AT, 1]]);
    expect(trailOf(series, "galera", AT)("sessions", 2, 1)).toEqual([undefined, undefined]);
    expect(trailOf(series, "redis", AT)("cache", 2, 1)).toEqual([undefined, undefined]);
  });

  it("is kept for an hour, then forgotten", () => {
    const series = fed([[AT, 1]]);
    expect(fed([[AT + 59 * MINUTE, undefined]], series).size).toBe(1);
    expect(fed([[AT + 60 * MINUTE, undefined]], series).size).toBe(0);
  });

  it("is bounded, whatever comes, and however the clock is set", () => {
    const jump = fc.integer({ min: -3 * MINUTE, max: 20 * MINUTE });
    const value = fc.option(fc.double({ min: -1e15, max: 1e15 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, value), { maxLength: 300 }), (steps) => {
        let atMs = AT;
        let series: Series = new Map();
        for (const [byMs, each] of steps) {
          atMs += byMs;
          series = fed([[atMs, each]], series);
        }
        const minutes = series.get(KEY) ?? [];
        expect(minutes.length).toBeLessThanOrEqual(60);
        expect(minutes.every(({ sum }) => Number.isFinite(sum))).toBe(true);
        expect(minutes.map(({ minute }) => minute)).toEqual(
          minutes.map(({ minute }) => minute).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
