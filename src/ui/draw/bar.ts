import type { ActState } from "../act/contract.ts";
import { othersWords, stoppedAt } from "../act/unfinished.ts";
import { lineWidth, piece, strong, type Line } from "../line.ts";
import { duration } from "../../systems/format.ts";
import type { Tone } from "../../systems/pane.ts";
import { cutSentence } from "../text.ts";
import type { Theme } from "../theme.ts";
import { presentStep } from "./walk-plan.ts";

/** What is being changed, or was left half done, in a line for every other view; undefined when nothing is. */
export const barLine = (act: ActState, key: string, nowMs: number, width: number, theme: Theme): Line | undefined => {
  const { run, left, others, refusal } = act;
  const way: Line = key === "" ? [] : [piece(": "), strong(key), piece(" shows it")];
  const said = (text: string, tone: Tone, after: Line): Line => [
    strong(cutSentence(theme.text(text), width - lineWidth(after), theme.glyph.cut), tone),
    ...after,
  ];
  if (run !== undefined) {
    const { title, steps } = run.procedure;
    const step = presentStep(run);
    const at = steps.findIndex(({ id }) => id === step?.id) + 1;
    const waits = run.asks === undefined ? "" : ", waits for you";
    const where = run.phase === "ended" ? "has ended" : `at step ${at} of ${steps.length}${waits}`;
    const tone = run.asks === undefined ? "plain" : "warning";
    return said(` ▸ ${title} ${where}`, tone, way);
  }
  const [first] = left;
  if (first === undefined) {
    if (others === undefined) return undefined;
    return said(
      ` ▲ ${othersWords(others, (ms) => `${duration(nowMs - ms)} ago`)}`,
      "warning",
      refusal === undefined ? way : [],
    );
  }
  return said(` ▲ unfinished: ${stoppedAt(first)}`, "warning", way);
};
