import type { Step } from "../../procedures/procedure.ts";
import { consoleWords } from "./console-words.ts";
import { keptWords } from "./plan-words.ts";
import type { ChoiceQuestion, EntryQuestion } from "../prompts.ts";
import type { Asks, Run, RunEnd } from "./run.ts";

/** A gate that waits for somebody's word. */
export type Decision = Exclude<Asks, { readonly kind: "next" }>;

export const lateQuestion = ({ step, gate, now }: Decision): ChoiceQuestion => ({
  kind: "choice",
  severity: "warning",
  title: step.title,
  body: [
    { text: `Wanted: ${gate.wanted}; is: ${consoleWords(now.value)}.`, tone: "warning" },
    "What now? It waits for you.",
  ],
  list: true,
  choices: [
    { id: "", label: "decide later: nothing is sent" },
    ...(step.late ?? []).map(({ id, title }) => ({ id, label: consoleWords(title) })),
  ],
});

export const takeBackQuestion = ({ procedure, steps }: Run): ChoiceQuestion => ({
  kind: "choice",
  severity: "warning",
  title: `take back the ${procedure.title}?`,
  body: [
    "It stops at the next safe point; then what was sent is taken back, the last first.",
    ...keptWords(procedure.steps.filter(({ id }) => /^(?:running|done|stopped)$/.test(steps.get(id)?.state ?? ""))),
  ],
  choices: [
    { id: "keep", label: "Go on as it is" },
    { id: "undo", label: "Take it back" },
  ],
});

export const skipQuestion = ({ title, why }: Step): EntryQuestion => ({
  kind: "entry",
  severity: "warning",
  title: `leave out "${title}"?`,
  body: [why, "To leave this step out, type skip. Escape leaves everything as it is."],
  text: "",
});

export const leaveQuestion = (run: Run | undefined): ChoiceQuestion => ({
  kind: "choice",
  severity: "warning",
  title: `the ${run?.procedure.title ?? "procedure"} is under way`,
  body: [
    "Quitting stops it at its next safe point. The journal knows where; it can be resumed or taken back. (A demo that this console began ends with it, journal and all.)",
  ],
  choices: [
    { id: "stay", label: "Stay" },
    { id: "leave", label: "Stop it and quit" },
  ],
});

/** Somebody else has the cluster's lock, or nobody can be asked for it. */
export const refusalQuestion = (title: string, end: RunEnd & { readonly state: "refused" }): ChoiceQuestion => {
  const isHeld = end.lock !== "unreachable";
  return {
    kind: "choice",
    severity: "warning",
    title,
    body: [
      { text: `Not begun, and nothing was sent: ${end.why}.`, tone: "warning" },
      "",
      isHeld
        ? "Taking over stops the other one at its next safe point. Talk to them first."
        : "Without the lock nothing keeps another operator from changing the same cluster.",
    ],
    choices: [
      { id: "leave", label: "Leave it" },
      { id: "go-on", label: isHeld ? "Take over" : "Go on without the lock" },
    ],
  };
};

export const noPlanQuestion = (title: string, why: string, canChange: boolean): ChoiceQuestion => ({
  kind: "choice",
  severity: "warning",
  title,
  body: [`Nothing can be planned: ${consoleWords(why)}.`],
  choices: [{ id: "close", label: "Close" }, ...(canChange ? [{ id: "change", label: "Change what was chosen" }] : [])],
});

/** Too little of it is kept on the cluster to go on with it from here. */
export const onlyThereQuestion = (words: string): ChoiceQuestion => ({
  kind: "choice",
  severity: "warning",
  title: "somebody else is at it",
  body: [`${words}.`, "It can be gone on with, or taken back, only where it was begun."],
  choices: [{ id: "close", label: "Close" }],
});
