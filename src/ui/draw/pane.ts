import type { Severity } from "../../systems/finding.ts";
import type { Row, Span } from "../../systems/pane.ts";
import { fitColumns, type FittedColumn, type WidthMemory } from "../columns.ts";
import { EMPTY, fitLine, lineWidth, piece, strong, underCursor, type Line, type Piece } from "../line.ts";
import { leadOf } from "../moves.ts";
import { windowOf, type Item } from "../rows.ts";
import { GUTTER, headerLine, rowLine, signOf } from "../table.ts";
import { SEVERITY_WORD, type Theme } from "../theme.ts";

export interface Rule {
  /** The key that goes here. */
  readonly key?: string | undefined;
  readonly title: string;
  readonly severity?: Severity | undefined;
  /** In place of a severity. */
  readonly badge?: Piece | undefined;
  /** First answers are still to come: not knowing is no alarm yet. */
  readonly pending?: boolean | undefined;
  readonly focused: boolean;
  /** At the right end: ages, counts. */
  readonly right: string;
}

/** The line above a pane: which one it is, how it is, and at the right how old. Strong where the keys go. */
export const ruleLine = (
  { key, title, severity, badge, pending, focused, right }: Rule,
  width: number,
  theme: Theme,
): Line => {
  const stroke = focused ? theme.glyph.strong : theme.glyph.rule;
  const tone = focused ? "plain" : "dim";
  // "1 hosts" would be read as a number of hosts.
  const name = [key === undefined ? "" : `${key}:`, theme.text(title)].filter((part) => part !== "").join(" ");
  const left: Line = [
    piece(`${stroke.repeat(2)} `, tone),
    focused ? strong(name) : piece(name),
    piece(" "),
    ...(badge === undefined ? [] : [badge, piece(" ")]),
    ...(severity === undefined ? [] : severityBadge(severity, pending === true, theme)),
  ];
  const tail: Line = right === "" ? [] : [piece(` ${theme.text(right)} `, "dim"), piece(stroke, tone)];
  const rest = width - lineWidth(left) - lineWidth(tail);
  return fitLine([...left, piece(stroke.repeat(Math.max(0, rest)), tone), ...tail], width, theme);
};

const severityBadge = (severity: Severity, pending: boolean, theme: Theme): Line => {
  const sign = signOf(severity, pending, theme);
  const quiet = severity === "ok" || (pending && severity === "unknown");
  return [quiet ? sign : { ...sign, text: `${sign.text} ${SEVERITY_WORD[severity]}` }, piece(" ")];
};

/** Rows out of sight are counted, so that a short pane does not pass for a short list. */
export const noteFor = (rows: number, isCut: boolean, cursor: { readonly at: number } | undefined): string => {
  if (!isCut) return "";
  return cursor === undefined ? `${rows} rows` : `row ${cursor.at + 1} of ${rows}`;
};

/** A room's own line. */
export const summaryLine = (summary: readonly Span[], theme: Theme): Line =>
  summary.map(({ text, tone }) => piece(theme.text(text), tone));

export interface ListToDraw {
  readonly items: readonly Item[];
  readonly height: number;
  readonly width: number;
  /** First line wanted. */
  readonly top: number;
  /** Key of the row under the cursor; undefined where the keys go elsewhere. */
  readonly cursor: string | undefined;
  /** Names the pane in the memory of widths. */
  readonly name: string;
  /** Not asked yet: no worse than that. */
  readonly isPending: (row: Row) => boolean;
}

/** The lines of a list that are in sight. Column titles stay at the top as long as any of their rows is in sight. */
export const listLines = (list: ListToDraw, theme: Theme, memory: WidthMemory): readonly Line[] => {
  const { items, height, width, cursor } = list;
  const at = items.findIndex((item) => item.kind === "row" && item.key === cursor);
  const { top, end } = windowOf(items.length, height, list.top, at < 0 ? list.top : at, at < 0 ? 0 : leadOf(items, at));
  const columnsOf = columnsFor(list, theme, memory);
  const shown = withoutDangling(items.slice(top, end), end < items.length);
  return shown.map((item, i) => {
    if (item.kind === "row" && i === 0 && top > 0 && height > 2) return headerLine(columnsOf(item), theme);
    if (item.kind !== "row") return itemLine(item, columnsOf, theme);
    const here = item.key === cursor;
    const sign = signOf(item.row.severity, list.isPending(item.row), theme);
    const line = rowLine(columnsOf(item), item.row, { cursor: here, sign }, theme);
    return here ? underCursor(fitLine(line, width, theme)) : line;
  });
};

/** A title with no row below it tells nothing. */
const withoutDangling = (items: readonly Item[], isCut: boolean): readonly Item[] =>
  isCut ? items.slice(0, items.findLastIndex(({ kind }) => kind === "row" || kind === "empty") + 1) : items;

type WithTable = Exclude<Item, { kind: "gap" }>;

/** Widths are worked out once a table, for the tables in sight only. */
const columnsFor = ({ items, width, name }: ListToDraw, theme: Theme, memory: WidthMemory) => {
  const known = new Map<WithTable["table"], readonly FittedColumn[]>();
  return ({ table }: WithTable): readonly FittedColumn[] => {
    const before = known.get(table);
    if (before !== undefined) return before;
    const rows = items.flatMap((item) => (item.kind === "row" && item.table === table ? [item.row] : []));
    const fitted = fitColumns(table, rows, width - GUTTER, theme, { key: `${name}.${table.id}`, of: memory });
    known.set(table, fitted);
    return fitted;
  };
};

const itemLine = (
  item: Exclude<Item, { kind: "row" }>,
  columnsOf: (item: WithTable) => readonly FittedColumn[],
  theme: Theme,
): Line => {
  switch (item.kind) {
    case "gap":
      return EMPTY;
    case "title":
      return [piece("  "), strong(theme.text(item.table.title ?? ""))];
    case "empty":
      return [
        piece(" ".repeat(GUTTER)),
        piece(item.filtered ? "no row holds the filter's text" : theme.text(item.table.empty ?? "nothing here"), "dim"),
      ];
    case "header":
      return headerLine(columnsOf(item), theme);
  }
};
