import { wasSent, type Standing } from "../record/replay.ts";
import { carryOut } from "./carry-out.ts";
import type { Ended } from "./events.ts";
import { isOfNow, isShut, waitAtGate } from "./gates.ts";
import type { Action, Gate, GateValue, Procedure, Step } from "./procedure.ts";
import type { NextWord, Running } from "./running.ts";
import { takeBack } from "./undo.ts";

/** What one step came to. */
type Came =
  | { readonly to: "next" }
  | { readonly to: "again" }
  | { readonly to: "undo"; readonly why: string }
  | { readonly to: "stop"; readonly why: string };

const NEXT: Came = { to: "next" };

/**
 * Runs a procedure from where its journal stands, which for a new one is the beginning. Every step looks at reality
 * before it sends anything, so running one again is harmless. Never rejects for what a cluster does; does for a
 * journal that cannot be written.
 */
export const runProcedure = async (procedure: Procedure, running: Running): Promise<Ended> => {
  const { journal } = running;
  const begun = await journal.standing();
  if (begun.phase === "undoing") return takeBack(procedure, running, begun.why ?? "resumed");
  const reversed = reversedSteps(procedure, begun);
  const resumeAt = await firstStepToRun(procedure, running, begun, reversed);
  for (const step of procedure.steps.slice(resumeAt)) {
    // What a later step has begun to take away, such as a service that stopped, is not done a second time.
    if (reversed.has(step.id) && begun.finished.has(step.id)) continue;
    const { answers } = await journal.standing();
    if (step.when !== undefined && !step.when(answers)) {
      await leaveOut(step, running);
      continue;
    }
    const word: NextWord = (await running.decisions.next?.(step)) ?? { to: "run" };
    if (word.to === "undo") return takeBack(procedure, running, word.why);
    if (word.to === "stop") return stopAt(step, word.why, running);
    if (word.to === "skip" && step.optional === true) {
      await leaveOut(step, running);
      continue;
    }
    let came = await runStep(step, running);
    while (came.to === "again") came = await runStep(step, running);
    if (came.to === "undo") return takeBack(procedure, running, came.why);
    if (came.to === "stop") return stopAt(step, came.why, running);
    await journal.write({ kind: "step", step: step.id, state: "done" });
    running.emit({ kind: "step", step, state: "done" });
  }
  await journal.write({ kind: "closed", result: "done" });
  return { state: "done" };
};

const leaveOut = async (step: Step, { journal, emit }: Running): Promise<void> => {
  await journal.write({ kind: "step", step: step.id, state: "left-out" });
  emit({ kind: "step", step, state: "left-out" });
};

const stopAt = async (step: Step, why: string, { journal }: Running): Promise<Ended> => {
  const { changes } = await journal.standing();
  const clean = !changes.some(wasSent);
  // Nothing was sent: there is nothing to resume, and nothing that others must know of.
  await journal.write(clean ? { kind: "closed", result: "left", why } : { kind: "stopped", step: step.id, why });
  return { state: "stopped", step, why, clean };
};

/** The first step that is not finished, or that was and whose result no longer stands. */
const firstStepToRun = async (
  procedure: Procedure,
  running: Running,
  standing: Standing,
  reversed: ReadonlySet<string>,
): Promise<number> => {
  const sinceMs = Date.now();
  running.sight.refresh();
  const sealed = procedure.steps.findLastIndex(({ id, seals }) => seals === true && standing.finished.has(id));
  for (const [index, step] of procedure.steps.entries()) {
    if (index <= sealed || standing.leftOut.has(step.id)) continue;
    if (!standing.finished.has(step.id)) return index;
    // What was only looked at before anything was sent is looked at again while nothing has been.
    if (step.actions.length === 0 && !standing.changes.some(wasSent)) return index;
    if (step.actions.length > 0 && !reversed.has(step.id) && !(await standsStill(step, running, sinceMs))) return index;
  }
  return procedure.steps.length;
};

/** Steps whose effect a later one has begun to take away. */
const reversedSteps = ({ steps }: Procedure, { finished, step, changes }: Standing): ReadonlySet<string> =>
  new Set(
    steps
      .filter(({ id }) => finished.has(id) || step === id || changes.some((change) => change.step === id))
      .flatMap(({ reverses }) => reverses ?? []),
  );

/** Whether a finished step's actions still hold by samples taken now; unknown counts as no: the step is run again. */
const standsStill = async (step: Step, { sight, stop }: Running, sinceMs: number): Promise<boolean> => {
  const over = AbortSignal.any([stop, AbortSignal.timeout(STILL_MS)]);
  while (!over.aborted) {
    const view = sight.view(sinceMs);
    const answers = new Set(await Promise.all(step.actions.map(async ({ already }) => already(view, sight))));
    if (answers.has(false)) return false;
    if (!answers.has(undefined)) return true;
    await sight.next(over);
  }
  return false;
};

/** Two rounds of the fast probes. */
const STILL_MS = 6_000;
/** As long as a slow host takes to be asked again. */
const KNOW_MS = 15_000;

const runStep = async (step: Step, running: Running): Promise<Came> => {
  const { journal, emit } = running;
  await journal.write({ kind: "step", step: step.id, state: "started" });
  emit({ kind: "step", step, state: "started" });
  await running.note(step.id);
  const sinceMs = Date.now();
  running.sight.refresh();
  for (const gate of step.before) {
    const came = await passBefore(gate, step, sinceMs, running);
    if (came.to !== "next") return came;
  }
  for (const action of step.actions) {
    const came = await act(action, step, sinceMs, running);
    if (came.to !== "next") return came;
  }
  // From here on only samples taken after the last action prove anything.
  const actedMs = step.actions.length === 0 ? sinceMs : Date.now();
  running.sight.refresh();
  for (const gate of step.after) {
    const came = await passAfter(gate, step, actedMs, running);
    if (came.to !== "next") return came;
  }
  return NEXT;
};

const passBefore = async (gate: Gate, step: Step, sinceMs: number, running: Running): Promise<Came> => {
  let shutToo = false;
  for (;;) {
    const waited = await waitAtGate(gate, step, sinceMs, running, { shutToo });
    if (waited.state === "stopped") return { to: "stop", why: waited.why };
    const passed = waited.state === "open";
    const why =
      passed || gate.overridable === undefined ? undefined : await running.decisions.override(step, gate, waited.now);
    await writeGate(gate, step, waited.now, running, why);
    if (passed || why !== undefined) return NEXT;
    const came = await decide(gate, withoutGoingOn(step), waited.now, running);
    if (came.to !== "wait") return came;
    shutToo = isShut(waited.now);
  }
};

/** Nothing is sent past a gate before the actions by a mere choice. */
const withoutGoingOn = (step: Step): Step =>
  step.late === undefined ? step : { ...step, late: step.late.filter(({ leads }) => leads !== "go-on") };

const passAfter = async (gate: Gate, step: Step, sinceMs: number, running: Running): Promise<Came> => {
  let shutToo = false;
  for (;;) {
    const waited = await waitAtGate(gate, step, sinceMs, running, { shutToo });
    if (waited.state === "stopped") return { to: "stop", why: waited.why };
    await writeGate(gate, step, waited.now, running);
    if (waited.state === "open" || step.optional === true) return NEXT;
    const came = await decide(gate, step, waited.now, running);
    if (came.to !== "wait") return came;
    shutToo = isShut(waited.now);
  }
};

/** What is decided at a gate that is not open. */
const decide = async (
  gate: Gate,
  step: Step,
  now: GateValue,
  running: Running,
): Promise<Came | { readonly to: "wait" }> => {
  const why = notOpen(gate, now);
  const choice = step.late === undefined ? undefined : await running.decisions.late(step, gate, now);
  if (choice === undefined) return { to: "stop", why };
  await running.journal.write({ kind: "answer", step: step.id, answer: choice.id });
  running.emit({ kind: "answered", step, choice });
  switch (choice.leads) {
    case "go-on":
      return NEXT;
    case "wait":
    case "again":
      return { to: choice.leads };
    case "undo":
    case "stop":
      return { to: choice.leads, why };
  }
};

const notOpen = (gate: Gate, now: GateValue): string => `wanted: ${gate.wanted}; is: ${now.value}`;

/** `why` is the reason of whoever overrode it. */
const writeGate = (
  gate: Gate,
  step: Step,
  { state, value, record }: GateValue,
  { journal }: Running,
  why?: string,
): Promise<void> =>
  journal.write({
    kind: "gate",
    step: step.id,
    gate: gate.id,
    state: why === undefined ? state : "overridden",
    value,
    wanted: gate.wanted,
    ...(record === undefined ? {} : { record }),
    ...(why === undefined ? {} : { why }),
  });

/** Sends one action unless it is so already. The door writes it down first. */
const act = async (action: Action, step: Step, sinceMs: number, running: Running): Promise<Came> => {
  const { emit, stop, lost } = running;
  const isSo = await isSoAlready(action, sinceMs, running);
  const why = lost() ?? (stop.aborted ? "stopped on request" : undefined);
  if (why !== undefined) return { to: "stop", why };
  if (isSo === "nobody knows") return { to: "stop", why: `${action.id}: not sent, ${isSo} whether it is so already` };
  if (isSo) {
    emit({ kind: "already", action });
    return NEXT;
  }
  const outcome = await carryOut(action, action.ask, step, running);
  // In doubt is not failed: the gates after the actions look at what really is.
  if (outcome.state === "done" || outcome.state === "in-doubt") return NEXT;
  return { to: "stop", why: outcome.why };
};

/**
 * Only a picture of now tells; one that is old or frozen is waited out for a while, and so is an answer that an action
 * needs before it may be sent.
 */
const isSoAlready = async (
  action: Action,
  sinceMs: number,
  { sight, stop, lost }: Running,
): Promise<boolean | "nobody knows"> => {
  const over = AbortSignal.any([stop, AbortSignal.timeout(KNOW_MS)]);
  while (!over.aborted && lost() === undefined) {
    const view = sight.view(sinceMs);
    if (isOfNow(view)) {
      const isSo = await action.already(view, sight);
      if (isSo !== undefined || action.onlyKnown !== true) return isSo === true;
    }
    await sight.next(over);
  }
  return "nobody knows";
};
