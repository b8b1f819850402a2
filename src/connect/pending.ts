import type { Outcome } from "./access.ts";
import type { Ask } from "./command.ts";
import { failed } from "./failure.ts";
import type { Reply } from "./reply.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** An ask on its way: settled once, by its answer or by its deadline; whatever comes later is dropped. */
export interface Pending {
  readonly ask: Ask;
  readonly sentAtMs: number;
  readonly remainingMs: () => number;
  readonly settled: () => boolean;
  readonly reply: (reply: Reply) => void;
  readonly fail: (found: Problem) => void;
  /** Runs once when the deadline passes first: the moment to give up what is still on the wire. */
  readonly whenOverdue: (giveUp: () => void) => void;
  /** Resolves when settled. */
  readonly done: Promise<void>;
}

/** Starts an ask's deadline. `where` names what is asked, for the words of a timeout: `MariaDB on web1`. */
export const pend = (ask: Ask, where: string, deliver: (outcome: Outcome) => void): Pending => {
  const sentAtMs = Date.now();
  const started = performance.now();
  const giveUps: (() => void)[] = [];
  const finished = Promise.withResolvers<void>();
  let settled = false;

  const settle = (outcome: Outcome): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    deliver(outcome);
    finished.resolve();
  };

  const timer = setTimeout(() => {
    settle(failed(problem("timeout", `${where} did not answer within ${seconds(ask.deadlineMs)}`), sentAtMs));
    for (const giveUp of giveUps) giveUp();
  }, ask.deadlineMs);

  return {
    ask,
    sentAtMs,
    remainingMs: () => Math.max(0, ask.deadlineMs - (performance.now() - started)),
    settled: () => settled,
    reply: (reply) => settle({ ok: true, reply }),
    fail: (found) => settle(failed(found, sentAtMs)),
    whenOverdue: (giveUp) => giveUps.push(giveUp),
    done: finished.promise,
  };
};

const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`);

/** A little less than a batch has left, so that a connection that cannot be made is told as that, not as a late answer. */
export const connectDeadlineMs = (batch: readonly Pending[]): number => {
  const left = Math.max(0, ...batch.map((pending) => pending.remainingMs()));
  return left - Math.min(100, left / 10);
};
