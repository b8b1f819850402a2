import type { Known } from "../../connect/sample.ts";
import type { MemberView } from "./parse-view.ts";

/** Two answers closer together than this make no estimate. */
const LEAST_MS = 4_000;
const WINDOW_MS = 60_000;

/**
 * When a member that catches up should be done: by how far its incremental transfer came, or by how its receive queue
 * shrank, over the last minute. Nothing without enough history, or while nothing moves.
 */
export const untilSynced = (history: readonly Known<MemberView>[]): { readonly expectedMs?: number } => {
  const newest = history.at(-1);
  if (newest === undefined) return {};
  const before = history.find(
    ({ atMs, value }) =>
      newest.atMs - atMs <= WINDOW_MS && value.state === newest.value.state && leftOf(value) !== undefined,
  );
  const left = leftOf(newest.value);
  const was = before === undefined ? undefined : leftOf(before.value);
  if (before === undefined || left === undefined || was === undefined) return {};
  // The queue and the transfer are counted in other units: one does not go on from the other.
  if ((before.value.ist === undefined) !== (newest.value.ist === undefined)) return {};
  const overMs = newest.atMs - before.atMs;
  if (overMs < LEAST_MS || was <= left) return {};
  return { expectedMs: Math.round((left * overMs) / (was - left)) };
};

const leftOf = ({ ist, recvQueue }: MemberView): number | undefined => {
  if (ist !== undefined) return 1 - ist.share;
  return recvQueue > 0 ? recvQueue : undefined;
};
