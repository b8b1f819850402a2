import type { ChangeOutcome } from "../../connect/control.ts";
import { describeSend } from "../../connect/describe.ts";
import type { Carried } from "../../procedures/carry.ts";
import type { ProcedureEvent } from "../../procedures/events.ts";
import type { Standing } from "../../record/replay.ts";
import type { Action, Gate, GateValue, Procedure, Step } from "../../procedures/procedure.ts";

/** A procedure that is being carried out, or was, as the screen has it. */
export interface Run {
  readonly procedure: Procedure;
  /** `step`: waits to be told before every step. */
  readonly pace: "step" | "auto";
  readonly phase: "running" | "stopping" | "undoing" | "ended";
  readonly steps: ReadonlyMap<string, StepSeen>;
  /** The step that was begun last. */
  readonly at?: Step;
  /** Of that step, in the order in which they were looked at. */
  readonly gates: readonly GateSeen[];
  readonly sent: readonly Sent[];
  /** The last lines of what goes on there. */
  readonly output: readonly string[];
  /** What it waits for, from whoever sits here. */
  readonly asks?: Asks;
  readonly end?: RunEnd;
}

export interface StepSeen {
  readonly state: "running" | "done" | "left-out" | "stopped" | "taken-back";
  readonly sinceMs: number;
  readonly tookMs?: number;
}

export interface GateSeen {
  readonly gate: Gate;
  readonly now: GateValue;
  readonly elapsedMs: number;
  readonly final: boolean;
}

export interface Sent {
  readonly id: string;
  readonly target: string;
  readonly text: string;
  readonly undo: boolean;
  /** Absent while the answer is on its way. */
  readonly outcome?: ChangeOutcome["state"] | "already";
  readonly why?: string;
}

export type Asks =
  | { readonly kind: "next"; readonly step: Step }
  | { readonly kind: "late" | "override"; readonly step: Step; readonly gate: Gate; readonly now: GateValue };

export type RunEnd =
  | Carried
  /** Journal or audit could not be written, or a defect. */
  | { readonly state: "failed"; readonly why: string };

/** `from` is how far it had come, where it was begun before. */
export const newRun = (procedure: Procedure, from?: Standing): Run => ({
  procedure,
  pace: "step",
  phase: "running",
  steps: stepsOf(procedure, from),
  gates: [],
  sent: [],
  output: [],
});

const stepsOf = ({ steps }: Procedure, from: Standing | undefined): Run["steps"] =>
  new Map(
    steps.flatMap(({ id }): readonly (readonly [string, StepSeen])[] => {
      if (from?.leftOut.has(id) === true) return [[id, { state: "left-out", sinceMs: from.lastAtMs }]];
      if (from?.finished.has(id) === true) return [[id, { state: "done", sinceMs: from.lastAtMs }]];
      return [];
    }),
  );

/** Pure: what is seen after an event. */
export const afterEvent = (run: Run, event: ProcedureEvent, nowMs: number): Run => {
  switch (event.kind) {
    case "step":
      return afterStep(run, event.step, event.state, nowMs);
    case "gate": {
      const { gate, now, elapsedMs, final } = event;
      const seen = { gate, now, elapsedMs, final };
      const known = run.gates.some((each) => each.gate.id === gate.id);
      const gates = known ? run.gates.map((each) => (each.gate.id === gate.id ? seen : each)) : [...run.gates, seen];
      return { ...run, gates, output: now.output ?? run.output };
    }
    case "already": {
      const { id, target, ask } = event.action;
      const text = describeSend(ask.send, ask.privilege);
      return { ...run, sent: [...run.sent, { id, target, text, undo: false, outcome: "already" }] };
    }
    case "sending": {
      const { action, undo } = event;
      const ask = undo ? (action.undo ?? action.ask) : action.ask;
      const sent = { id: action.id, target: action.target, text: describeSend(ask.send, ask.privilege), undo };
      const isFirstBack = undo && !run.sent.some((each) => each.undo);
      // What the step that was broken off waited for is wanted no more.
      return { ...run, ...(isFirstBack ? { gates: [], output: [] } : {}), sent: [...run.sent, sent] };
    }
    case "sent": {
      const { action, undo, outcome } = event;
      const why = outcome.state === "done" ? {} : { why: outcome.why };
      return {
        ...run,
        steps: undo && outcome.state === "done" ? withTakenBack(run, action) : run.steps,
        sent: run.sent.map((each) =>
          each.id === action.id && each.undo === undo ? { ...each, outcome: outcome.state, ...why } : each,
        ),
      };
    }
    case "answered":
      return run;
  }
};

/** What was sent in a step is taken back, the last first: from the first of it on, it is done no more. */
const withTakenBack = ({ procedure, steps }: Run, action: Action): Run["steps"] => {
  const step = procedure.steps.find(({ actions }) => actions.includes(action));
  if (step === undefined) return steps;
  const { tookMs: _, ...seen } = steps.get(step.id) ?? { sinceMs: 0 };
  return new Map([...steps, [step.id, { ...seen, state: "taken-back" }]]);
};

const afterStep = (run: Run, step: Step, state: "started" | "done" | "left-out", nowMs: number): Run => {
  const before = run.steps.get(step.id);
  const sinceMs = state === "started" ? nowMs : (before?.sinceMs ?? nowMs);
  const seen: StepSeen =
    state === "started"
      ? { state: "running", sinceMs }
      : { state: state === "done" ? "done" : "left-out", sinceMs, tookMs: nowMs - sinceMs };
  const steps = new Map([...run.steps, [step.id, seen]]);
  return state === "started" ? { ...run, steps, at: step, gates: [], sent: [], output: [] } : { ...run, steps };
};

/** Pure: nothing is waited for any more. */
export const answered = (run: Run): Run => {
  const { asks: _, ...rest } = run;
  return rest;
};

/** Pure: what is seen when nothing more will come. */
export const afterEnd = (before: Run, end: RunEnd): Run => {
  const run = answered(before);
  const steps = new Map(run.steps);
  for (const [id, seen] of steps) {
    if (seen.state !== "running") continue;
    // Broken off to take all of it back: where nothing was sent in it, it is as if it had not begun.
    if (isUndone(end)) steps.delete(id);
    else steps.set(id, { ...seen, state: "stopped" });
  }
  return { ...run, steps, phase: "ended", end };
};

const isUndone = (end: RunEnd | undefined): boolean => end?.state === "ran" && end.ended.state === "undone";

/** Something may have been sent, and it is neither done nor taken back: to be resumed or undone. */
export const isLeftOpen = ({ end }: Run): boolean =>
  end !== undefined &&
  end.state !== "refused" &&
  (end.state !== "ran" || (end.ended.state === "stopped" && !end.ended.clean));
