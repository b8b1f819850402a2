import { duration, latency } from "../systems/format.ts";
import type { ProbeEvidence } from "../watch/picture.ts";
import { clockTime } from "./clock.ts";
import { EMPTY, piece, strong, type Line } from "./line.ts";
import { focusedSystem, rowUnderCursor, type Scene } from "./scene.ts";
import { viewOf } from "./state.ts";
import { chop, untab, wrap } from "./text.ts";
import type { Theme } from "./theme.ts";

type Where = Pick<Scene, "picture" | "ui" | "size">;

/** What the row under the cursor rests on; for a system's line in the overview, what any of its rows rests on. */
export const evidenceKeys = (scene: Where): readonly string[] => {
  const row = rowUnderCursor(scene);
  if (row !== undefined) return row.row.evidence;
  const rows = focusedSystem(scene)?.pane.tables.flatMap((table) => table.rows) ?? [];
  return [...new Set(rows.flatMap((each) => each.evidence))];
};

/** What the evidence is headed with: the row's first cell, or the system's name. */
export const rowTitle = (scene: Where): string => {
  const item = rowUnderCursor(scene);
  const view = viewOf(scene.ui);
  if (view.kind === "host") return item === undefined ? view.host : `${view.host}: ${item.row.id}`;
  if (item === undefined) return focusedSystem(scene)?.title ?? "";
  const [first] = item.table.columns;
  return (first === undefined ? undefined : item.row.cells[first.id]?.text) ?? item.row.id;
};

/**
 * The evidence as text: for every question what was sent to whom, when, how long it took, what is not known and why,
 * and the raw answer, whole: long lines go on in the next one.
 */
export const evidenceLines = (
  keys: readonly string[],
  evidence: (key: string) => ProbeEvidence | undefined,
  nowMs: number,
  width: number,
  theme: Theme,
): readonly Line[] =>
  keys.flatMap((key, i) => [...(i > 0 ? [EMPTY] : []), ...linesOf(key, evidence(key), nowMs, width, theme)]);

const INDENT = "  ";

const linesOf = (
  key: string,
  found: ProbeEvidence | undefined,
  nowMs: number,
  width: number,
  theme: Theme,
): readonly Line[] => {
  const block = (text: string, tone: "plain" | "dim" | "unknown"): readonly Line[] =>
    wrap(theme.text(text), width - INDENT.length).map((line) => [piece(INDENT), piece(line, tone)]);
  if (found === undefined) return [[strong(theme.text(key))], ...block("not asked any more", "dim")];
  const { outcome, evidence, everyMs } = found;
  const every = `asked every ${duration(everyMs)}`;
  const head = (rest: string): Line => [strong(theme.text(key)), piece(theme.text(`  ${rest}`), "dim")];
  const reason =
    outcome.state === "known"
      ? []
      : [
          ...block(`${theme.symbol.unknown} ${outcome.reason}: ${outcome.detail}`, "unknown"),
          ...(outcome.fix === undefined ? [] : block(`fix: ${outcome.fix}`, "plain")),
        ];
  if (evidence === undefined) return [head(`${every} · no answer yet`), ...reason];
  const { target, atMs, tookMs, sent, raw } = evidence;
  const when = `${target} · ${clockTime(atMs)}, ${duration(nowMs - atMs)} ago · took ${latency(tookMs)} · ${every}`;
  return [
    head(when),
    ...reason,
    ...chop(theme.text(sent), width - 4).map((line, i): Line => [piece(i === 0 ? "$ " : INDENT, "dim"), piece(line)]),
    ...rawLines(raw, width, theme),
  ];
};

const rawLines = (raw: string, width: number, theme: Theme): readonly Line[] => {
  const lines = raw.replace(/\n+$/, "").split("\n");
  if (raw.trim() === "") return [[piece(`${INDENT}(an empty answer)`, "dim")]];
  return lines.flatMap((line) =>
    chop(theme.text(untab(line)), width - INDENT.length).map((part): Line => [piece(INDENT), piece(part)]),
  );
};
