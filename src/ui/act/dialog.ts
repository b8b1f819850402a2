import type { GateValue, Procedure } from "../../procedures/procedure.ts";
import type { Severity } from "../../systems/finding.ts";
import { duration } from "../../systems/format.ts";
import type { ChoiceQuestion, Words } from "../prompts.ts";
import { SIGN } from "../theme.ts";
import { consoleWords } from "./console-words.ts";
import { isShut, wantsWord, type Looked } from "./look.ts";
import { planWords, undoWords } from "./plan-words.ts";

export const GATE_SEVERITY: Readonly<Record<GateValue["state"], Severity>> = {
  open: "ok",
  waiting: "warning",
  unknown: "unknown",
  closed: "critical",
};

/** What is asked before anything is sent: what, where, what it means, whether it may be, and what takes it back. */
export const beginQuestion = (
  procedure: Procedure,
  title: string,
  looked: readonly Looked[],
  reason: string,
): ChoiceQuestion => {
  const shut = looked.some(isShut);
  const words = looked.filter((each) => !each.isLater && wantsWord(each));
  return {
    kind: "choice",
    severity: worst(looked.filter(({ isLater }) => !isLater)),
    title: procedure.title,
    body: [
      ...looked.map(gateWords),
      ...procedure.warnings.map((text): Words => ({
        text: `${SIGN.warning} ${consoleWords(text)}`,
        tone: "warning",
        hang: 2,
      })),
      undoWords(procedure),
      { text: `Reason: ${reason}`, tone: "plain", hang: 8 },
      "",
      ...planWords(procedure),
    ],
    choices: shut
      ? [{ id: "cancel", label: "Close" }]
      : [
          { id: "cancel", label: "Cancel" },
          { id: "reason", label: "Other reason" },
          { id: "begin", label: words.length > 0 ? `${title} all the same` : title },
        ],
  };
};

const worst = (looked: readonly Looked[]): Severity => {
  const states = new Set(looked.map(({ now }) => now.state));
  for (const state of ["closed", "unknown", "waiting"] as const) if (states.has(state)) return GATE_SEVERITY[state];
  return "ok";
};

const gateWords = (looked: Looked): Words => {
  const { gate, now, isLater } = looked;
  const tone = GATE_SEVERITY[now.state];
  return {
    text: `${SIGN[tone]} ${isLater ? "later, " : ""}${gate.wanted}: ${consoleWords(now.value)}${wayOn(looked)}`,
    tone,
    hang: 2,
  };
};

const wayOn = (looked: Looked): string => {
  const { gate, now, isLater } = looked;
  if (isLater)
    return wantsWord(looked) ? `. When it is its turn "${gate.overridable}" must be typed, with a reason` : "";
  if (isShut(looked)) return ". This cannot be passed from the console: it begins only when it is otherwise";
  if (wantsWord(looked)) return `. To go on all the same "${gate.overridable}" must be typed, with a reason`;
  if (now.state === "open") return "";
  const expected = now.expectedMs === undefined ? "" : `, about ${duration(now.expectedMs)}`;
  return `. It is waited for, ${duration(gate.deadlineMs)} at most${expected}; nothing is sent before`;
};
