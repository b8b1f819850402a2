import type { Known } from "../../connect/sample.ts";
import { rateReading } from "../derive.ts";
import { counterRate } from "../rate.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { MemberView } from "./parse-view.ts";

/** What waits to be applied on a member, over the last seconds. */
export interface Backlog {
  /** The shortest that its receive queue was. */
  readonly least: number;
  /** The longest. */
  readonly most: number;
  /** Longer now than it was. */
  readonly growing: boolean;
  /** Time it rests on, ms. */
  readonly overMs: number;
}

/** A burst fills the queue for a second; a member that cannot keep up does not empty it for ten. */
const WINDOW_MS = 10_000;
const LEAST_MS = 8_000;

export const backlogOf = (view: Reading<MemberView>, history: readonly Known<MemberView>[]): Reading<Backlog> => {
  if (view.state === "unknown") return view;
  const newest = history.at(-1);
  const window = history.filter(({ atMs }) => newest !== undefined && newest.atMs - atMs <= WINDOW_MS);
  const [oldest] = window;
  const overMs = newest === undefined || oldest === undefined ? 0 : newest.atMs - oldest.atMs;
  if (newest === undefined || oldest === undefined || overMs < LEAST_MS)
    return unknownReading("pending", "needs answers over ten seconds");
  const queues = window.map(({ value }) => value.recvQueue);
  const [least, most] = [Math.min(...queues), Math.max(...queues)];
  return { ...view, value: { least, most, growing: newest.value.recvQueue > oldest.value.recvQueue, overMs } };
};

/** A member that has just started aborts a few; a minute tells what goes on. */
const SUSTAINED_MS = 60_000;
const SUSTAINED_LEAST_MS = 20_000;

/** Transactions a second that lost against another member's: failed certifications and brute-force aborts. */
export const conflictsOf = (view: Reading<MemberView>, history: readonly Known<MemberView>[]): Reading<number> => {
  const rate = counterRate(
    history,
    ({ counters: { certFailures, bfAborts } }) =>
      certFailures === undefined || bfAborts === undefined ? undefined : certFailures + bfAborts,
    SUSTAINED_MS,
  );
  return rate.state === "known" && rate.overMs < SUSTAINED_LEAST_MS
    ? unknownReading("pending", "needs answers over twenty seconds")
    : rateReading(view, rate);
};
