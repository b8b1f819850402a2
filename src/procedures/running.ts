import type { Control } from "../connect/control.ts";
import type { Journal } from "../record/journal.ts";
import type { Waiting } from "./gates.ts";
import type { Choice, Gate, GateValue, Step } from "./procedure.ts";

/** What is done with the step that comes next. */
export type NextWord =
  | { readonly to: "run" }
  /** Only where the step says that it may be. */
  | { readonly to: "skip" }
  | { readonly to: "undo" | "stop"; readonly why: string };

/** What only a person can say. Where nobody can be asked, the command line's options answer. */
export interface Decisions {
  /** A step's gates are late: what now? Undefined when nobody answers: the procedure stops. */
  readonly late: (step: Step, gate: Gate, now: GateValue) => Promise<Choice | undefined>;
  /** Why this gate may be passed although it is not open, in the operator's words; undefined when it may not. */
  readonly override: (step: Step, gate: Gate, now: GateValue) => Promise<string | undefined>;
  /** Asked before every step, by whoever goes step by step. Left out: it is run. */
  readonly next?: (step: Step) => Promise<NextWord>;
}

export interface Running extends Waiting {
  readonly journal: Pick<Journal, "write" | "standing">;
  readonly control: Control;
  readonly decisions: Decisions;
  /** Who does it, for the logs of the hosts that are touched. */
  readonly by: { readonly operator: string; readonly machine: string; readonly procedure: string };
  /** Told where the procedure is, beside the cluster's lock. */
  readonly note: (step: string) => Promise<void>;
}
