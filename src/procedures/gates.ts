import type { ProcedureEvent } from "./events.ts";
import type { Gate, GateValue, Reads, Step } from "./procedure.ts";
import type { View } from "./view.ts";

/** Pictures as they come, and questions beside them. */
export interface Sight extends Reads {
  /** The newest picture, for samples taken since `freshAfterMs`. */
  readonly view: (freshAfterMs: number) => View;
  /** Resolves at the next picture, or when `stop` aborts. */
  readonly next: (stop: AbortSignal) => Promise<void>;
  /** Asks everything again now. */
  readonly refresh: () => void;
}

export interface Waiting {
  readonly sight: Sight;
  readonly emit: (event: ProcedureEvent) => void;
  readonly stop: AbortSignal;
  /** Why waiting is pointless: the cluster's lock is lost. */
  readonly lost: () => string | undefined;
}

export type Waited =
  | { readonly state: "open"; readonly now: GateValue }
  | { readonly state: "shut" | "late"; readonly now: GateValue }
  | { readonly state: "stopped"; readonly now: GateValue; readonly why: string };

/** A picture older than this says nothing of now. */
const OLDEST_PICTURE_MS = 5_000;

/** What a gate says of a view; a picture that is old or frozen says nothing. */
const lookThrough = (check: (view: View) => GateValue, view: View): GateValue =>
  isOfNow(view) ? check(view) : { state: "unknown", value: "no new picture of the cluster" };

/** Whether the picture says anything of now: it is not old, and not frozen. */
export const isOfNow = ({ picture: { paused, nowMs } }: View): boolean =>
  !paused && Math.abs(Date.now() - nowMs) <= OLDEST_PICTURE_MS;

/** It will not open by waiting. */
export const isShut = ({ state, hopeless }: GateValue): boolean => state === "closed" || hopeless === true;

/** Longer than any gate waits, and no longer than a timer can count. */
const LONGEST_MS = 2_147_483_647;
/** What is put right by hand takes as long at least. */
const SHUT_MS = 5_000;

/**
 * Waits until one gate is open, shut, late, or the wait is ended from outside. With `shutToo` a gate that is shut is
 * waited for like any other until it has changed: whoever says "wait" puts it right by hand meanwhile.
 */
export const waitAtGate = async (
  gate: Gate,
  step: Pick<Step, "id">,
  freshAfterMs: number,
  { sight, emit, stop, lost }: Waiting,
  { shutToo = false }: { readonly shutToo?: boolean } = {},
): Promise<Waited> => {
  const check = gate.watch(sight);
  const begun = performance.now();
  // A watch that is paused makes no picture any more: the wait ends all the same.
  const deadlineMs = Math.min(shutToo ? Math.max(gate.deadlineMs, SHUT_MS) : gate.deadlineMs, LONGEST_MS);
  const late = AbortSignal.timeout(Math.ceil(deadlineMs));
  const over = AbortSignal.any([stop, late]);
  let asShut = shutToo;
  for (;;) {
    const now = lookThrough(check, sight.view(freshAfterMs));
    const elapsedMs = performance.now() - begun;
    const tell = (final: boolean): void => emit({ kind: "gate", step: step.id, gate, now, elapsedMs, final });
    if (now.state === "open" || (isShut(now) && !asShut)) {
      tell(true);
      return { state: now.state === "open" ? "open" : "shut", now };
    }
    asShut &&= isShut(now) || now.state === "unknown";
    if (late.aborted || elapsedMs >= deadlineMs) {
      tell(true);
      return { state: "late", now };
    }
    const why = lost() ?? (stop.aborted ? "stopped on request" : undefined);
    if (why !== undefined) return { state: "stopped", now, why };
    tell(false);
    await sight.next(over);
  }
};
