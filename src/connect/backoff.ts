import type { Problem } from "./ssh/problem.ts";

/** Keeps a dead service from being hammered: between tries, the last failure is the answer. */
export interface Backoff {
  /** The last failure, while it is too early to try again. */
  readonly holding: () => Problem | undefined;
  readonly failed: (found: Problem) => void;
  readonly succeeded: () => void;
}

const FIRST_MS = 250;
// Recovery must be seen within a few seconds: with asks every 2 s, at the latest at the second after it.
const LONGEST_MS = 2_000;
// Wrong credentials do not mend themselves, and servers lock accounts and hosts that insist.
const AFTER_AUTH_MS = 5_000;

/** Doubling from 250 ms to 2 s, jittered so that many members of a dead site do not knock in step. */
export const backoff = (nowMs: () => number = () => performance.now(), random: () => number = Math.random): Backoff => {
  let failures = 0;
  let untilMs = 0;
  let last: Problem | undefined;
  return {
    holding: () => (last !== undefined && nowMs() < untilMs ? last : undefined),
    failed: (found) => {
      const delay = found.reason === "auth" ? AFTER_AUTH_MS : Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
      failures += 1;
      last = found;
      untilMs = nowMs() + delay * (0.75 + random() / 4);
    },
    succeeded: () => {
      failures = 0;
      last = undefined;
    },
  };
};
