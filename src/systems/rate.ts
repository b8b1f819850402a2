import type { Known } from "../connect/sample.ts";

/** A rate needs two good samples; until then, and across a restart, it is not known. */
export type Rate =
  | { readonly state: "known"; readonly perSecond: number; readonly overMs: number }
  | { readonly state: "waiting"; readonly why: string };

/**
 * Per-second rate of a counter over about `windowMs`. A counter that fell means the service restarted: the rate starts
 * anew from there and is never negative (Prometheus `rate()` treats resets likewise).
 */
export const counterRate = <T>(
  history: readonly Known<T>[],
  counter: (value: T) => number | undefined,
  windowMs = 10_000,
): Rate => {
  const newest = history.at(-1);
  const now = newest === undefined ? undefined : counter(newest.value);
  if (newest === undefined || now === undefined) return { state: "waiting", why: "no sample yet" };
  let from: { readonly atMs: number; readonly value: number } | undefined;
  let later = now;
  for (let i = history.length - 2; i >= 0; i -= 1) {
    const sample = history[i];
    const value = sample === undefined ? undefined : counter(sample.value);
    if (sample === undefined || value === undefined || value > later) break;
    from = { atMs: sample.atMs, value };
    later = value;
    if (newest.atMs - sample.atMs >= windowMs) break;
  }
  if (from === undefined || newest.atMs <= from.atMs) return { state: "waiting", why: "needs two samples" };
  const overMs = newest.atMs - from.atMs;
  return { state: "known", perSecond: ((now - from.value) * 1_000) / overMs, overMs };
};
