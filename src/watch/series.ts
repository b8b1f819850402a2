import type { Trail } from "../systems/series.ts";

/** The average of one figure over one minute. */
interface Minute {
  /** Whole minutes since the epoch. */
  readonly minute: number;
  readonly sum: number;
  readonly count: number;
}

/** By room and figure; oldest minute first, an hour at most. */
export type Series = ReadonlyMap<string, readonly Minute[]>;

const KEPT_MINUTES = 60;
const MINUTE_MS = 60_000;

/** One more value of some figures; figures without one get a gap, and those without any for an hour are dropped. Pure. */
export const withValues = (before: Series, values: ReadonlyMap<string, number>, nowMs: number): Series => {
  const now = Math.floor(nowMs / MINUTE_MS);
  const after = new Map<string, readonly Minute[]>();
  for (const key of new Set([...before.keys(), ...values.keys()])) {
    // A clock that was set back leaves minutes that are yet to come.
    const minutes = (before.get(key) ?? []).filter(({ minute }) => minute > now - KEPT_MINUTES && minute <= now);
    const value = values.get(key);
    const more = value === undefined || !Number.isFinite(value) ? minutes : withValue(minutes, now, value);
    if (more.length > 0) after.set(key, more);
  }
  return after;
};

const withValue = (minutes: readonly Minute[], now: number, value: number): readonly Minute[] => {
  const last = minutes.at(-1);
  return last?.minute === now
    ? [...minutes.slice(0, -1), { minute: now, sum: last.sum + value, count: last.count + 1 }]
    : [...minutes, { minute: now, sum: value, count: 1 }];
};

/** A room's view of its own figures. */
export const trailOf =
  (series: Series, room: string, nowMs: number): Trail =>
  (id, columns, minutesEach) => {
    const minutes = series.get(seriesKey(room, id)) ?? [];
    const lastColumn = Math.floor(nowMs / MINUTE_MS / minutesEach);
    return Array.from({ length: columns }, (_, i) => {
      const column = lastColumn - columns + 1 + i;
      const inside = minutes.filter(({ minute }) => Math.floor(minute / minutesEach) === column);
      const count = inside.reduce((total, each) => total + each.count, 0);
      return count === 0 ? undefined : inside.reduce((total, { sum }) => total + sum, 0) / count;
    });
  };

export const seriesKey = (room: string, id: string): string => `${room} ${id}`;
