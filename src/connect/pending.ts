import type { Outcome } from "./access.ts";
import type { Ask } from "./command.ts";
import { failed } from "./failure.ts";
import type { Reply } from "./reply.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** An ask on its way: settled once, by its answer or by its deadline; whatever comes later is dropped. */
export interface Pending {
  readonly ask: Ask;
  /** Below 0 once the deadline is past. */
  readonly remainingMs: () => number;
  readonly settled: () => boolean;
  readonly settle: (outcome: Outcome) => void;
  readonly reply: (reply: Reply) => void;
  readonly fail: (found: Problem) => void;
  /** Whoever holds the ask says what to tell if its deadline passes now. */
  readonly ifLate: (explain: () => Problem) => void;
  /** Runs once when the deadline passes first: the moment to give up what is still on the wire. */
  readonly whenOverdue: (giveUp: () => void) => void;
  /** Resolves when settled. */
  readonly done: Promise<void>;
}

/** Starts an ask's deadline. `late` is what to tell when it passes and nobody has said so with `ifLate`. */
export const openPending = (ask: Ask, late: () => Problem, deliver: (outcome: Outcome) => void): Pending => {
  const sentAtMs = Date.now();
  const started = performance.now();
  const giveUps: (() => void)[] = [];
  const finished = Promise.withResolvers<void>();
  let explain = late;
  let settled = false;

  const settle = (outcome: Outcome): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    deliver(outcome);
    finished.resolve();
  };
  const fail = (found: Problem): void => settle(failed(found, sentAtMs));

  const timer = setTimeout(() => {
    fail(explain());
    for (const giveUp of giveUps) giveUp();
  }, ask.deadlineMs);

  return {
    ask,
    remainingMs: () => ask.deadlineMs - (performance.now() - started),
    settled: () => settled,
    settle,
    reply: (reply) => settle({ ok: true, reply }),
    fail,
    ifLate: (next) => {
      explain = next;
    },
    whenOverdue: (giveUp) => giveUps.push(giveUp),
    done: finished.promise,
  };
};

/** An ask of a service. `where` names what is asked, for the words of a timeout: `MariaDB on web1`. */
export const pend = (ask: Ask, where: string, deliver: (outcome: Outcome) => void): Pending =>
  openPending(ask, () => problem("timeout", `${where} did not answer within ${seconds(ask.deadlineMs)}`), deliver);

const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`);

/** A little less than a batch has left, so that a connection that cannot be made is told as that, not as a late answer. */
export const connectDeadlineMs = (batch: readonly Pending[]): number => {
  const left = Math.max(0, ...batch.map((pending) => pending.remainingMs()));
  return left - Math.min(100, left / 10);
};
