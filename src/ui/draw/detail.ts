import { duration, latency } from "../../systems/format.ts";
import type { ProbeEvidence } from "../../watch/picture.ts";
import { fitColumns, type WidthMemory } from "../columns.ts";
import { lineWidth, piece, type Line } from "../line.ts";
import type { RowItem } from "../scene.ts";
import { GUTTER, leftOut } from "../table.ts";
import { wrap } from "../text.ts";
import type { Theme } from "../theme.ts";

/** Below a list that fills the screen: what the narrow table left out of the row, and what the row rests on. */
export const detailLines = (
  item: RowItem,
  name: string,
  evidence: ProbeEvidence | undefined,
  nowMs: number,
  width: number,
  theme: Theme,
  memory: WidthMemory,
): readonly Line[] => {
  const { table, row } = item;
  const columns = fitColumns(table, table.rows, width - GUTTER, theme, { key: `${name}.${table.id}`, of: memory });
  return [...packed(leftOut(table, columns, row, theme), width - 2), ...source(evidence, nowMs, width, theme)];
};

/** As many pairs a line as fit; a pair too long for a line is wrapped. */
const packed = (pairs: readonly Line[], width: number): readonly Line[] => {
  const lines: Line[] = [];
  let line: Line = [];
  for (const pair of pairs) {
    const longer = line.length === 0 ? pair : [...line, piece("   "), ...pair];
    if (lineWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line.length > 0) lines.push(line);
    const whole = wrapped(pair, width);
    lines.push(...whole.slice(0, -1));
    line = whole.at(-1) ?? [];
  }
  return [...lines, ...(line.length > 0 ? [line] : [])].map(indented);
};

const indented = (line: Line): Line => [piece("  "), ...line];

const wrapped = (pair: Line, width: number): readonly Line[] => {
  if (lineWidth(pair) <= width) return [pair];
  const [title = piece(""), value = piece("")] = pair;
  const [first = "", ...more] = wrap(`${title.text}${value.text}`, width);
  const head: Line = [title, piece(first.slice(title.text.length), value.tone)];
  return [head, ...more.map((text): Line => [piece(text, value.tone)])];
};

const source = (found: ProbeEvidence | undefined, nowMs: number, width: number, theme: Theme): readonly Line[] => {
  if (found === undefined) return [];
  const { key, outcome, evidence } = found;
  if (outcome.state === "unknown") {
    const why = `${theme.symbol.unknown} ${key} · ${outcome.reason}: ${outcome.detail}`;
    return wrap(theme.text(why), width - 4).map((line, i): Line => [
      piece(`${i === 0 ? "  " : "    "}${line}`, "unknown"),
    ]);
  }
  const answered =
    evidence === undefined
      ? "no answer yet"
      : `answered ${duration(nowMs - evidence.atMs)} ago in ${latency(evidence.tookMs)}`;
  return [[piece(theme.text(`  ${key} · ${answered}`), "dim")]];
};
