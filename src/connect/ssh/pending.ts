import type { Outcome } from "../access.ts";
import type { Ask } from "../command.ts";
import { problem, type Problem } from "./problem.ts";

/** An ask on its way: delivered exactly once, at the latest at its deadline. */
export interface Pending {
  readonly ask: Ask;
  readonly argv: readonly string[];
  readonly lane: "batch" | "own";
  readonly askedAtMs: number;
  readonly remainingMs: () => number;
  readonly settled: () => boolean;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (why: Problem) => void;
  /** Whoever holds the ask says what to tell if its deadline passes now. */
  readonly ifLate: (explain: () => Problem) => void;
  /** Called once, when it is settled, whoever does it. */
  readonly onSettled: (listener: () => void) => void;
}

export interface PendingSource {
  readonly ask: Ask;
  readonly send: { readonly argv: readonly string[]; readonly lane: "batch" | "own" };
  readonly deliver: (outcome: Outcome) => void;
  /** What to tell of an ask that is late when nobody has said so with `ifLate`. */
  readonly explain: () => Problem;
  /** A reason that goes before any other: the whole host is silent. */
  readonly silence: () => Problem | undefined;
}

export const openPending = ({ ask, send, deliver, silence, explain: first }: PendingSource): Pending => {
  const askedAtMs = Date.now();
  const started = performance.now();
  const listeners: (() => void)[] = [];
  let explain = first;
  let settled = false;

  const settle = (outcome: Outcome): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    deliver(outcome);
    for (const listener of listeners) listener();
  };
  const fail = (why: Problem): void => settle({ ok: false, ...why, sentAtMs: askedAtMs, atMs: Date.now() });
  const timer = setTimeout(() => fail(silence() ?? explain()), ask.deadlineMs);
  return {
    ask,
    argv: send.argv,
    lane: send.lane,
    askedAtMs,
    remainingMs: () => ask.deadlineMs - (performance.now() - started),
    settled: () => settled,
    settle,
    fail,
    ifLate: (next) => {
      explain = next;
    },
    onSettled: (listener) => {
      if (settled) listener();
      else listeners.push(listener);
    },
  };
};

/** It was sent, and its deadline passed. */
export const noAnswer = (host: string, { ask }: Pending): Problem =>
  problem("timeout", `${host}: ${ask.commandId} gave no answer within ${ask.deadlineMs / 1000} s`);
