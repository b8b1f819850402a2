import { waitAtGate, type Sight } from "../../procedures/gates.ts";
import type { Gate, GateValue, Procedure } from "../../procedures/procedure.ts";

/** How a gate of the first step is before anything begins. */
export interface Looked {
  readonly gate: Gate;
  readonly now: GateValue;
}

/** Two rounds of the fast probes: what is not known by then is shown as not known. */
const LOOK_MS = 6_000;

/** All gates that the first step has before it sends anything, side by side. Sends nothing; ends early with `stop`. */
export const lookAtGates = async (
  { steps: [first] }: Procedure,
  sight: Sight,
  stop: AbortSignal,
): Promise<readonly Looked[]> => {
  if (first === undefined) return [];
  const sinceMs = Date.now();
  sight.refresh();
  return Promise.all(
    first.before.map(async (gate): Promise<Looked> => {
      const brief: Gate = { ...gate, deadlineMs: Math.min(gate.deadlineMs, LOOK_MS) };
      const waiting = { sight, emit: () => undefined, stop, lost: () => undefined };
      return { gate, now: (await waitAtGate(brief, first, sinceMs, waiting)).now };
    }),
  );
};

/** Nothing passes it: neither waiting nor a word. */
export const isShut = ({ gate, now }: Looked): boolean => now.state === "closed" && gate.overridable === undefined;

/** Passed only when its word is typed, with a reason. */
export const wantsWord = ({ gate, now }: Looked): boolean =>
  (now.state === "closed" || now.state === "unknown") && gate.overridable !== undefined;
