import type { ChangeOutcome } from "../connect/control.ts";
import type { Action, Choice, Gate, GateValue, Step } from "./procedure.ts";

/** What a running procedure tells whoever shows it. */
export type ProcedureEvent =
  | { readonly kind: "step"; readonly step: Step; readonly state: "started" | "done" | "left-out" }
  | {
      readonly kind: "gate";
      readonly step: string;
      readonly gate: Gate;
      readonly now: GateValue;
      readonly elapsedMs: number;
      /** Told once, when the gate is passed, given up or found shut; progress before that. */
      readonly final: boolean;
    }
  | { readonly kind: "sending"; readonly action: Action; readonly undo: boolean }
  | { readonly kind: "sent"; readonly action: Action; readonly undo: boolean; readonly outcome: ChangeOutcome }
  | { readonly kind: "already"; readonly action: Action }
  | { readonly kind: "answered"; readonly step: Step; readonly choice: Choice };

/** How a run ended. The journal is open after `stopped`: to be resumed or undone. */
export type Ended =
  | { readonly state: "done" }
  | { readonly state: "undone"; readonly why: string }
  | {
      readonly state: "stopped";
      readonly step?: Step;
      readonly why: string;
      /** Nothing was sent, so nothing stays behind. */
      readonly clean: boolean;
    };
