import { wasSent, type Standing } from "../record/replay.ts";
import { carryOut } from "./carry-out.ts";
import type { Ended } from "./events.ts";
import { waitAtGate } from "./gates.ts";
import type { Action, Gate, Procedure, Step } from "./procedure.ts";
import type { Running } from "./running.ts";

/**
 * Takes back what was sent, the last first, and waits until the cluster is as it was. What the journal does not name
 * was not sent by us, and is left as it is.
 */
export const takeBack = async (procedure: Procedure, running: Running, why: string): Promise<Ended> => {
  const { journal } = running;
  const standing = await journal.standing();
  if (standing.phase !== "undoing") await journal.write({ kind: "undoing", why });
  await running.note("undo");
  for (const { step, actions, gates } of touchedSteps(procedure, standing)) {
    for (const action of actions) {
      const lost = running.lost();
      if (lost !== undefined) return stopped(running, step, lost);
      if (action.undo === undefined) continue;
      const stillRuns = await endWhatRuns(action, step, running);
      if (stillRuns !== undefined) return stopped(running, step, stillRuns);
      const outcome = await carryOut(action, action.undo, step, running);
      if (outcome.state === "refused" || outcome.state === "failed") return stopped(running, step, outcome.why);
    }
    const shut = await firstShut(gates, running);
    if (shut !== undefined) return stopped(running, step, shut);
  }
  const strangers = unknownChanges(procedure, standing);
  if (strangers.length > 0)
    return stopped(running, undefined, `not taken back, for this midwatch does not know how: ${strangers.join("; ")}`);
  const shut = await firstShut(procedure.undone, running);
  if (shut !== undefined) return stopped(running, undefined, shut);
  await journal.write({ kind: "closed", result: "undone", why });
  return { state: "undone", why };
};

/** Why it may still run, and nothing beside it may be taken back. */
const endWhatRuns = async (action: Action, step: Step, running: Running): Promise<string | undefined> => {
  const { undoFirst } = action;
  if (undoFirst === undefined) return undefined;
  const ending = { ...action, id: `end ${action.id}`, undo: undoFirst };
  const outcome = await carryOut(ending, undoFirst, step, running);
  return outcome.state === "done" ? undefined : outcome.why;
};

const stopped = async ({ journal }: Running, step: Step | undefined, why: string): Promise<Ended> => {
  await journal.write({ kind: "stopped", ...(step === undefined ? {} : { step: step.id }), why });
  return { state: "stopped", ...(step === undefined ? {} : { step }), why, clean: false };
};

/** Why it cannot be gone past these gates; undefined when all are open. */
const firstShut = async (gates: readonly Gate[], running: Running): Promise<string | undefined> => {
  const sinceMs = Date.now();
  if (gates.length > 0) running.sight.refresh();
  for (const gate of gates) {
    const waited = await waitAtGate(gate, { id: "undo" }, sinceMs, running);
    const { state, value } = waited.now;
    await running.journal.write({ kind: "gate", step: "undo", gate: gate.id, state, value, wanted: gate.wanted });
    if (waited.state === "stopped") return waited.why;
    if (waited.state !== "open") return `wanted: ${gate.wanted}; is: ${value}`;
  }
  return undefined;
};

interface Touched {
  readonly step: Step;
  readonly actions: readonly Action[];
  /** What must hold before what came earlier is taken back. */
  readonly gates: readonly Gate[];
}

/** What was sent by steps or actions that this procedure has no more, as `web2: …`: of another version, as a rule. */
const unknownChanges = ({ steps }: Procedure, { changes }: Standing): readonly string[] =>
  changes
    // The line in the host's own log is nothing to take back.
    .filter((change) => !change.undo && wasSent(change) && !change.action.startsWith("log "))
    .filter(
      ({ step, action }) => !steps.some(({ id, actions }) => id === step && actions.some((of) => of.id === action)),
    )
    .map(({ target, sent, action }) => `${target}: ${sent === "" ? action : sent}`);

/**
 * Steps of which something may have reached the other side, the last first, each with those of its actions, the last
 * first: in the order of the procedure, for one that was sent again on resume still came before what rests on it. What
 * was taken back already is among them. What goes last comes after all of them. What is finished for good is left as
 * it is.
 */
export const touchedSteps = (procedure: Procedure, standing: Standing): readonly Touched[] => {
  const sealed = procedure.steps.findLastIndex(({ id, seals }) => seals === true && standing.finished.has(id));
  const sent = standing.changes.filter((change) => !change.undo && wasSent(change));
  const all = procedure.steps
    .slice(sealed + 1)
    .toReversed()
    .map((step) => ({
      step,
      gates: step.takenBack ?? [],
      actions: step.actions
        .filter(({ id }) => sent.some((change) => change.step === step.id && change.action === id))
        .toReversed(),
    }))
    .filter(({ actions }) => actions.length > 0);
  const before = all.map((each) => ({ ...each, actions: each.actions.filter(({ undoLast }) => undoLast !== true) }));
  const last = all.map((each) => ({
    ...each,
    gates: [],
    actions: each.actions.filter(({ undoLast }) => undoLast === true),
  }));
  return [...before, ...last.filter(({ actions }) => actions.length > 0)];
};
