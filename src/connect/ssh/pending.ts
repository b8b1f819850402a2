import type { Outcome } from "../access.ts";
import type { Ask } from "../command.ts";
import { openPending, type Pending } from "../pending.ts";
import { problem, type Problem } from "./problem.ts";

/** A command for a host on its way. */
export interface HostPending extends Pending {
  readonly argv: readonly string[];
  readonly lane: "batch" | "own";
}

export interface HostPendingSource {
  readonly ask: Ask;
  readonly send: { readonly argv: readonly string[]; readonly lane: "batch" | "own" };
  readonly deliver: (outcome: Outcome) => void;
  /** What to tell of an ask that is late when nobody has said so with `ifLate`. */
  readonly explain: () => Problem;
  /** A reason that goes before any other: the whole host is silent. */
  readonly silence: () => Problem | undefined;
}

export const openHostPending = ({ ask, send, deliver, silence, explain }: HostPendingSource): HostPending => {
  const pending = openPending(ask, () => silence() ?? explain(), deliver);
  return {
    ...pending,
    argv: send.argv,
    lane: send.lane,
    ifLate: (next) => pending.ifLate(() => silence() ?? next()),
  };
};

/** It was sent, and its deadline passed. */
export const noAnswer = (host: string, { ask }: Pending): Problem =>
  problem("timeout", `${host}: ${ask.commandId} gave no answer within ${ask.deadlineMs / 1000} s`);
