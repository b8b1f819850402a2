import { waitAtGate, type Sight } from "../../procedures/gates.ts";
import type { Gate, GateValue, Procedure, Step } from "../../procedures/procedure.ts";

/** How a gate is before anything begins. */
export interface Looked {
  readonly step: Step;
  readonly gate: Gate;
  readonly now: GateValue;
  /** Of a step that comes after something was sent: it is asked again then. */
  readonly isLater: boolean;
}

/** Two rounds of the fast probes: what is not known by then is shown as not known. */
const LOOK_MS = 6_000;

/**
 * All gates there are before anything is sent or waited for, and whether the hosts that come later may be taken as it is
 * now; side by side. Sends nothing; ends early with `stop`.
 */
export const lookAtGates = async (
  { steps }: Procedure,
  sight: Sight,
  stop: AbortSignal,
): Promise<readonly Looked[]> => {
  const sinceMs = Date.now();
  sight.refresh();
  return Promise.all(
    gatesIn(steps).map(async ({ step, gate, isLater }): Promise<Looked> => {
      const brief: Gate = { ...gate, deadlineMs: Math.min(gate.deadlineMs, LOOK_MS) };
      const waiting = { sight, emit: () => undefined, stop, lost: () => undefined };
      return { step, gate, isLater, now: (await waitAtGate(brief, step, sinceMs, waiting)).now };
    }),
  );
};

/** The same question once, where steps repeat it. */
const gatesIn = (steps: readonly Step[]): readonly Omit<Looked, "now">[] => {
  const firstDeed = steps.findIndex(({ actions, after }) => actions.length > 0 || after.length > 0);
  const gates = steps.flatMap((step, i) => {
    const isLater = firstDeed >= 0 && i > firstDeed;
    return step.before.filter(({ id }) => !isLater || id === VERDICT).map((gate) => ({ step, gate, isLater }));
  });
  const isSame = (one: Gate, other: Gate): boolean => one.id === other.id && one.wanted === other.wanted;
  return gates.filter(({ gate }, i) => gates.findIndex((each) => isSame(each.gate, gate)) === i);
};

const VERDICT = "verdict";

/** What was agreed to pass is passed in its step alone: the verdict on one host says nothing of the next. */
export const agreementId = (step: Pick<Step, "id">, gate: Pick<Gate, "id">): string => `${step.id} ${gate.id}`;

/** Nothing passes it: neither waiting nor a word. */
export const isShut = ({ gate, now, isLater }: Looked): boolean =>
  !isLater && now.state === "closed" && gate.overridable === undefined;

/** Passed only when its word is typed, with a reason. */
export const wantsWord = ({ gate, now }: Looked): boolean =>
  (now.state === "closed" || now.state === "unknown") && gate.overridable !== undefined;
