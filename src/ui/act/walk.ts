import type { OperatorGrant } from "../../connect/grant.ts";
import type { Carrying } from "../../procedures/carry.ts";
import type { Choice, Gate, GateValue, Procedure, Step } from "../../procedures/procedure.ts";
import type { NextWord } from "../../procedures/running.ts";
import type { Standing } from "../../record/replay.ts";
import type { OperatorHand } from "./hand.ts";
import { agreementId } from "./look.ts";
import { afterEnd, afterEvent, answered, type Asks, type Run, type RunEnd } from "./run.ts";

/** What is agreed before it begins. */
export interface Order {
  readonly procedure: Procedure;
  readonly begin: Carrying["begin"];
  /** How far it had come, where it is gone on with or taken back. */
  readonly from?: Standing;
  readonly reason: string;
  readonly grant: OperatorGrant;
  /** By step and gate ({@link agreementId}): what was seen when it was agreed to pass it all the same, and why. */
  readonly agreed: ReadonlyMap<string, Agreed>;
  readonly takeOver?: string;
  readonly withoutLock?: string;
}

export interface Agreed {
  readonly value: string;
  readonly why: string;
}

/** A procedure under way in this process. It goes on while the operator looks elsewhere. */
export interface Walk {
  readonly order: Order;
  /** Goes on with the next step. */
  readonly proceed: () => void;
  /** `auto` goes on by itself from now on, `step` waits before the next step. */
  readonly setPace: (pace: Run["pace"]) => void;
  /** Stops at the next safe point. */
  readonly stop: (why: string) => void;
  /** Takes back what was sent, from the next safe point. */
  readonly undo: (why: string) => void;
  readonly skip: () => void;
  readonly decide: (choice: Choice) => void;
  /** Passes the gate it asks about, for this reason. */
  readonly override: (why: string) => void;
  /** Resolves when it has ended, whichever way. */
  readonly ended: Promise<RunEnd>;
}

export interface WalkView {
  readonly change: (how: (run: Run) => Run) => void;
  /** It works by itself, or was told something: nobody has forgotten it. */
  readonly touch: () => void;
}

/** What the operator says to what is asked. */
type Given =
  | { readonly kind: "run" | "skip" | "end" }
  | { readonly kind: "choice"; readonly choice: Choice }
  | { readonly kind: "override"; readonly why: string };

/** Begins at once. */
export const startWalk = (hand: OperatorHand, order: Order, { change, touch }: WalkView): Walk => {
  let stopping = new AbortController();
  let stopWhy = "stopped on request";
  let undoWhy: string | undefined;
  let pace: Run["pace"] = "step";
  let isFirst = true;
  let pending: { readonly asks: Asks; readonly give: (given: Given) => void } | undefined;

  const ask = (asks: Asks): Promise<Given> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) {
        resolve({ kind: "end" });
        return;
      }
      const give = (given: Given): void => {
        pending = undefined;
        touch();
        change(answered);
        resolve(given);
      };
      pending = { asks, give };
      change((run) => ({ ...run, asks }));
    });
  const next = async (step: Step): Promise<NextWord> => {
    // The first was agreed to just now.
    const goOn = isFirst || pace === "auto";
    isFirst = false;
    const given: Given = goOn && !stopping.signal.aborted ? { kind: "run" } : await ask({ kind: "next", step });
    if (given.kind === "run" || given.kind === "skip") return { to: given.kind };
    // Told to end it cannot wait until it is taken back: then it stops, and is begun anew for that.
    return undoWhy === undefined || stopping.signal.aborted
      ? { to: "stop", why: undoWhy ?? stopWhy }
      : { to: "undo", why: undoWhy };
  };
  const late = async (step: Step, gate: Gate, now: GateValue): Promise<Choice | undefined> => {
    const given = await ask({ kind: "late", step, gate, now });
    return given.kind === "choice" ? given.choice : undefined;
  };
  const override = async (step: Step, gate: Gate, now: GateValue): Promise<string | undefined> => {
    const agreed = order.agreed.get(agreementId(step, gate));
    if (agreed !== undefined && sameWords(agreed.value, now.value)) return agreed.why;
    const given = await ask({ kind: "override", step, gate, now });
    return given.kind === "override" ? given.why : undefined;
  };
  const end = (phase: Run["phase"]): void => {
    change((run) => ({ ...run, phase }));
    stopping.abort();
    pending?.give({ kind: "end" });
  };

  const carry = async (): Promise<RunEnd> => {
    let begin = order.begin;
    for (;;) {
      const { procedure, reason, grant, takeOver, withoutLock } = order;
      const carried = await hand.carry({
        procedure,
        begin,
        reason,
        grant,
        takeOver,
        withoutLock,
        decisions: { late, override, next },
        emit: (event) => {
          if (pending === undefined) touch();
          change((run) => afterEvent(run, event, Date.now()));
        },
        stop: stopping.signal,
      });
      const isOpen = carried.state === "ran" && carried.ended.state === "stopped" && !carried.ended.clean;
      const isUndone = begin !== "new" && begin.how === "undo";
      if (!isOpen || isUndone || undoWhy === undefined) return carried;
      // It had to stop first: what is asked for now is to take it back.
      begin = { id: carried.id, how: "undo" };
      stopping = new AbortController();
    }
  };
  const ended = carry().catch((error: unknown): RunEnd => ({
    state: "failed",
    why: error instanceof Error ? error.message : String(error),
  }));
  void ended.then((how) => change((run) => afterEnd(run, how)));

  return {
    order,
    ended,
    proceed: () => {
      if (pending?.asks.kind === "next") pending.give({ kind: "run" });
    },
    setPace: (wanted) => {
      pace = wanted;
      change((run) => ({ ...run, pace }));
      if (wanted === "auto" && pending?.asks.kind === "next") pending.give({ kind: "run" });
    },
    stop: (why) => {
      stopWhy = why;
      undoWhy = undefined;
      end("stopping");
    },
    undo: (why) => {
      undoWhy = why;
      if (pending?.asks.kind !== "next") {
        end("undoing");
        return;
      }
      change((run) => ({ ...run, phase: "undoing" }));
      pending.give({ kind: "end" });
    },
    skip: () => {
      if (pending?.asks.kind === "next") pending.give({ kind: "skip" });
    },
    decide: (choice) => {
      if (pending?.asks.kind === "late") pending.give({ kind: "choice", choice });
    },
    override: (why) => {
      if (pending?.asks.kind === "override") pending.give({ kind: "override", why });
    },
  };
};

/** The same statement, whatever its figures are by now. */
const sameWords = (a: string, b: string): boolean => a.replaceAll(/\d+/g, "#") === b.replaceAll(/\d+/g, "#");
