import type { Span } from "../../systems/pane.ts";
import type { Picture } from "../../watch/picture.ts";
import type { Run } from "../act/run.ts";
import { fitLine, lineWidth, piece, type Line } from "../line.ts";
import type { Size } from "../layout.ts";
import type { Theme } from "../theme.ts";
import { cutSentence, widthOf } from "../text.ts";
import { ruleLine } from "./pane.ts";
import { planLines, presentStep } from "./walk-plan.ts";
import { stepLines, wantedRows, type WalkKeys } from "./walk-step.ts";

/** From here on the plan stands at the left; below it, above the step. */
const BESIDE = 76;
/** Of a rule, before and after its title. */
const RULE_ENDS = 4;
const PLAN_ROWS = 4;
/** Where the step needs the lines. */
const BRIEF_PLAN_ROWS = 2;

/** The procedure of this console in `size`: the plan, the present step, and how the cluster stands meanwhile. */
export const walkLines = (
  run: Run,
  picture: Picture,
  size: Size,
  nowMs: number,
  theme: Theme,
  keys: WalkKeys,
): readonly Line[] => {
  const { columns, rows } = size;
  const room = rows - 3;
  const isTight = wantedRows(run, columns, theme, keys) > room - PLAN_ROWS - 1;
  const planRows = isTight ? BRIEF_PLAN_ROWS : PLAN_ROWS;
  const body =
    columns >= BESIDE
      ? beside(run, columns, room, nowMs, theme, keys)
      : [
          ...padded(planLines(run, columns, planRows, nowMs, theme), planRows),
          ruleLine({ title: "", focused: false, right: "" }, columns, theme),
          ...stepLines(run, columns, room - planRows - 1, theme, keys),
        ];
  const foot = ruleLine({ title: "meanwhile", focused: false, right: "" }, columns, theme);
  return [titleRule(run, columns, theme), ...padded(body, room), foot, meanwhileLine(picture, columns, theme)];
};

/** Which step it is stays in sight: its pace gives way, and then the end of the title. */
const titleRule = (run: Run, columns: number, theme: Theme): Line => {
  const { steps, title } = run.procedure;
  const at = steps.findIndex(({ id }) => id === presentStep(run)?.id);
  const where = ` · ${run.phase === "ended" ? "ended" : `step ${at + 1} of ${steps.length}`}`;
  const name = cutSentence(theme.text(title), columns - RULE_ENDS - where.length, theme.glyph.cut);
  const pace = run.phase === "ended" ? "" : run.pace === "auto" ? "by itself" : "step by step";
  const fits = widthOf(name + where) + pace.length + RULE_ENDS + 3 <= columns;
  return ruleLine({ title: name + where, focused: true, right: fits ? pace : "" }, columns, theme);
};

const padded = (lines: readonly Line[], rows: number): readonly Line[] =>
  Array.from({ length: rows }, (_, i) => lines[i] ?? []);

const beside = (
  run: Run,
  columns: number,
  rows: number,
  nowMs: number,
  theme: Theme,
  keys: WalkKeys,
): readonly Line[] => {
  const left = Math.min(46, Math.floor(columns * 0.4));
  const right = columns - left - 3;
  const plan = planLines(run, left - 1, rows, nowMs, theme);
  const step = stepLines(run, right, rows, theme, keys);
  return Array.from({ length: rows }, (_, i): Line => [
    ...fitLine([piece(" "), ...(plan[i] ?? [])], left, theme),
    piece(` ${theme.glyph.side} `, "dim"),
    ...(step[i] ?? []),
  ]);
};

/** What every system says of itself, the most important of all before the second of any, as far as it fits. */
const meanwhileLine = ({ systems }: Picture, columns: number, theme: Theme): Line => {
  const said = systems
    .filter(({ id }) => id !== "host")
    .map(({ id, pane }) => ({ id, severity: pane.severity, parts: partsOf(pane.summary, theme) }));
  const most = Math.max(0, ...said.map(({ parts }) => parts.length));
  const taken = said.map(() => 0);
  const drawn = (): Line =>
    said.flatMap(({ id, severity, parts }, i): Line => {
      const words = parts.slice(0, taken[i] ?? 0);
      if (words.length === 0) return [];
      return [
        piece("  "),
        piece(theme.symbol[severity], severity),
        piece(` ${id} ${words.join(` ${theme.glyph.dot} `)}`),
      ];
    });
  for (let round = 1; round <= most; round += 1)
    for (const [i, { parts }] of said.entries()) {
      if (parts.length < round || taken[i] !== round - 1) continue;
      taken[i] = round;
      if (lineWidth(drawn()) > columns) taken[i] = round - 1;
    }
  return drawn().slice(1);
};

/** Without the courses: there is no room for them here. */
const partsOf = (summary: readonly Span[], theme: Theme): readonly string[] =>
  summary
    .map(({ text }) => text)
    .join("")
    .replaceAll(/\s*[\u2581-\u2588]+/g, "")
    .split(" · ")
    .map((part) => theme.text(part.trim()))
    .filter((part) => part !== "");
