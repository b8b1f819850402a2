import type { ActState } from "../act/contract.ts";
import { othersWords, stoppedAt } from "../act/unfinished.ts";
import { piece, strong, type Line } from "../line.ts";
import type { Theme } from "../theme.ts";
import { presentStep } from "./walk-plan.ts";

/** What is being changed, or was left half done, in a line for every other view; undefined when nothing is. */
export const barLine = (act: ActState, key: string, nowMs: number, theme: Theme): Line | undefined => {
  const { run, left, others, refusal } = act;
  const way: Line = key === "" ? [] : [piece(": "), strong(key), piece(" shows it")];
  if (run !== undefined) {
    const { title, steps } = run.procedure;
    const step = presentStep(run);
    const at = steps.findIndex(({ id }) => id === step?.id) + 1;
    const waits = run.asks === undefined ? "" : ", waits for you";
    const where = run.phase === "ended" ? "has ended" : `at step ${at} of ${steps.length}${waits}`;
    const tone = run.asks === undefined ? "plain" : "warning";
    return [strong(theme.text(` ▸ ${title} ${where}`), tone), ...way];
  }
  const [first] = left;
  if (first === undefined) {
    if (others === undefined) return undefined;
    const words = strong(theme.text(` ▲ ${othersWords(others, nowMs)}`), "warning");
    return refusal === undefined ? [words, ...way] : [words];
  }
  return [strong(theme.text(` ▲ unfinished: ${stoppedAt(first)}`), "warning"), ...way];
};
