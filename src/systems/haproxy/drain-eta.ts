import type { Known } from "../../connect/sample.ts";
import { duration } from "../format.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { Stat } from "./parse-stat.ts";

/** How far a drain has come. */
export interface Drain {
  /** Until no session is left at the pace of the last minute, ms; absent when they do not become fewer. */
  readonly emptyInMs?: number | undefined;
}

const WINDOW_MS = 60_000;
/** A session that ends between two answers makes no pace. */
const ENOUGH_MS = 15_000;

/**
 * Sessions of one server that is being drained, over the last minute and only since it is: what ended before a drain
 * says nothing of how long the rest stays.
 */
export const drainOf = (history: readonly Known<Stat>[], key: string): Reading<Drain> => {
  const newest = history.at(-1);
  const now = newest?.value.servers.get(key);
  if (newest === undefined || now === undefined) return unknownReading("missing", "no answer names it");
  if (now.sessions === 0) return { state: "known", atMs: newest.atMs, value: { emptyInMs: 0 } };
  let from: { readonly atMs: number; readonly sessions: number } | undefined;
  for (const { atMs, value } of history.toReversed()) {
    const then = value.servers.get(key);
    if (then?.state !== now.state || newest.atMs - atMs > WINDOW_MS) break;
    from = { atMs, sessions: then.sessions };
  }
  const overMs = from === undefined ? 0 : newest.atMs - from.atMs;
  if (from === undefined || overMs < ENOUGH_MS) return unknownReading("pending", "not enough history");
  const gone = from.sessions - now.sessions;
  return {
    state: "known",
    atMs: newest.atMs,
    value: gone <= 0 ? {} : { emptyInMs: Math.round((now.sessions * overMs) / gone) },
  };
};

/** `, 37 sessions left, none in about 4m`; nothing when none is left, which is the end of it. */
export const drainWords = (sessions: number, drain: Reading<Drain> | undefined): string => {
  if (drain === undefined || sessions === 0) return "";
  const left = `, ${sessions} ${sessions === 1 ? "session" : "sessions"} left`;
  if (drain.state === "unknown") return `${left} (not enough history for when they end)`;
  const { emptyInMs } = drain.value;
  return emptyInMs === undefined ? `${left}, and no fewer` : `${left}, none in about ${duration(emptyInMs)}`;
};
