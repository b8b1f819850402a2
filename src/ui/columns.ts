import type { Column, Row, Table } from "../systems/pane.ts";
import { widthOf } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A room's table with what the shell adds to it. */
export interface ListTable extends Table {
  /** The growing column is never narrower where there is room, so that a text that comes and goes moves nothing. */
  readonly growAtLeast?: number;
}

/** A column that is shown, and how wide. */
export interface FittedColumn {
  readonly column: Column;
  readonly width: number;
}

/** Columns between columns. */
export const GAP = 2;

/**
 * How much of its text the growing column must have before a column of this priority is shown beside it: what is least
 * needed goes before a word is cut, what is most needed only when hardly anything is left of the text.
 */
const growLeast = (priority: number): number =>
  priority >= 5 ? Number.POSITIVE_INFINITY : priority === 4 ? 40 : priority === 3 ? 28 : 18;

/** No other column is wider than this unless its room says so: one long text must not push the numbers out. */
const WIDEST = 24;

/**
 * Widths that were needed lately. Columns grow at once and shrink only after a minute, so that a number that loses a
 * digit does not move everything to its right.
 */
export interface WidthMemory {
  readonly widths: Map<string, { readonly width: number; readonly atMs: number }>;
  readonly nowMs: number;
}

const SHRINK_AFTER_MS = 60_000;

/**
 * Which columns fit into `width`, and how wide each is: natural widths, lowest priority dropped first (from the right
 * among equals), the growing column taking what is left of its need.
 */
export const fitColumns = (
  table: ListTable,
  rows: readonly Row[],
  width: number,
  theme: Theme,
  memory?: { readonly key: string; readonly of: WidthMemory },
): readonly FittedColumn[] => {
  let shown = table.columns.map((column): FittedColumn => {
    const natural = Math.max(naturalWidth(column, rows, theme), column.grow === true ? (table.growAtLeast ?? 0) : 0);
    const width = memory === undefined ? natural : remembered(memory.of, `${memory.key}.${column.id}`, natural);
    return { column, width };
  });
  for (let last = nextToDrop(shown); last !== undefined; last = nextToDrop(shown)) {
    if (widthBeside(shown, growLeast(last.column.priority)) <= width) break;
    shown = shown.filter((each) => each !== last);
  }
  return squeeze(shown, width);
};

const naturalWidth = (column: Column, rows: readonly Row[], theme: Theme): number => {
  let widest = widthOf(theme.text(column.title));
  for (const row of rows) widest = Math.max(widest, widthOf(theme.text(row.cells[column.id]?.text ?? "")));
  const limit = column.maxWidth ?? (column.grow === true ? Number.POSITIVE_INFINITY : WIDEST);
  return Math.min(widest, limit);
};

const remembered = ({ widths, nowMs }: WidthMemory, key: string, natural: number): number => {
  const before = widths.get(key);
  if (before !== undefined && natural < before.width && nowMs - before.atMs < SHRINK_AFTER_MS) return before.width;
  widths.set(key, { width: natural, atMs: nowMs });
  return natural;
};

const gaps = (shown: readonly FittedColumn[]): number => Math.max(0, shown.length - 1) * GAP;

const widthBeside = (shown: readonly FittedColumn[], growing: number): number =>
  shown.reduce(
    (sum, { column, width }) => sum + (column.grow === true ? Math.min(width, growing) : width),
    gaps(shown),
  );

const nextToDrop = (shown: readonly FittedColumn[]): FittedColumn | undefined => {
  let dropped: FittedColumn | undefined;
  for (const each of shown) {
    if (each.column.priority > 1 && each.column.priority >= (dropped?.column.priority ?? 0)) dropped = each;
  }
  return dropped;
};

/** The growing column gives up what is missing; where there is none, or it is not enough, the last columns are cut. */
const squeeze = (shown: readonly FittedColumn[], width: number): readonly FittedColumn[] => {
  let excess = shown.reduce((sum, each) => sum + each.width, gaps(shown)) - width;
  const give = (each: FittedColumn, least: number): FittedColumn => {
    const given = Math.max(0, Math.min(excess, each.width - least));
    excess -= given;
    return given === 0 ? each : { ...each, width: each.width - given };
  };
  const grown = shown.map((each) => (each.column.grow === true ? give(each, 1) : each));
  return grown
    .toReversed()
    .map((each) => give(each, 1))
    .toReversed();
};
