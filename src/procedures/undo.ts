import { wasSent, type Standing } from "../record/replay.ts";
import { carryOut } from "./carry-out.ts";
import type { Ended } from "./events.ts";
import { waitAtGate } from "./gates.ts";
import type { Action, Procedure, Step } from "./procedure.ts";
import type { Running } from "./running.ts";

/**
 * Takes back what was sent, the last first, and waits until the cluster is as it was. What the journal does not name
 * was not sent by us, and is left as it is.
 */
export const takeBack = async (procedure: Procedure, running: Running, why: string): Promise<Ended> => {
  const { journal, sight } = running;
  const standing = await journal.standing();
  if (standing.phase !== "undoing") await journal.write({ kind: "undoing", why });
  await running.note("undo");
  for (const { action, step } of sentActions(procedure, standing)) {
    const lost = running.lost();
    if (lost !== undefined) return stopped(running, step, lost);
    if (action.undo === undefined) continue;
    const outcome = await carryOut(action, action.undo, step, running);
    if (outcome.state === "refused" || outcome.state === "failed") return stopped(running, step, outcome.why);
  }
  const sinceMs = Date.now();
  sight.refresh();
  for (const gate of procedure.undone) {
    const waited = await waitAtGate(gate, { id: "undo" }, sinceMs, running);
    const state = waited.now.state;
    await journal.write({
      kind: "gate",
      step: "undo",
      gate: gate.id,
      state,
      value: waited.now.value,
      wanted: gate.wanted,
    });
    if (waited.state === "stopped") return stopped(running, undefined, waited.why);
    if (waited.state !== "open") return stopped(running, undefined, `wanted: ${gate.wanted}; is: ${waited.now.value}`);
  }
  await journal.write({ kind: "closed", result: "undone", why });
  return { state: "undone", why };
};

const stopped = async ({ journal }: Running, step: Step | undefined, why: string): Promise<Ended> => {
  await journal.write({ kind: "stopped", ...(step === undefined ? {} : { step: step.id }), why });
  return { state: "stopped", ...(step === undefined ? {} : { step }), why, clean: false };
};

interface Sent {
  readonly step: Step;
  readonly action: Action;
}

/** Actions that may have reached the other side, each once, the newest first; already taken back ones again: it is harmless. */
const sentActions = (procedure: Procedure, standing: Standing): readonly Sent[] => {
  const sent = new Map<string, Sent>();
  for (const change of standing.changes.toReversed()) {
    if (change.undo || !wasSent(change)) continue;
    const step = procedure.steps.find(({ id }) => id === change.step);
    const action = step?.actions.find(({ id }) => id === change.action);
    if (step !== undefined && action !== undefined) sent.set(`${step.id} ${action.id}`, { step, action });
  }
  return [...sent.values()];
};
