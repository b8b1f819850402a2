import { cell, span, type Span, type Table } from "./pane.ts";
import { sparkline } from "./sparkline.ts";
import type { Context } from "./system.ts";

/** A figure whose course over the last hour is worth seeing, as it is now. What is not known now is left out. */
export interface SeriesPoint {
  /** Unique in its room, and stable. */
  readonly id: string;
  /** A word or two. */
  readonly label: string;
  readonly value: number;
  /** The value as it is shown. */
  readonly text: string;
}

/**
 * The course of a figure: averages of `columns` stretches of `minutesEach`, oldest first, the last one still going on;
 * undefined where nothing was known. Stretches begin at whole multiples, so that they stay the same until the next one.
 */
export type Trail = (id: string, columns: number, minutesEach: number) => readonly (number | undefined)[];

/** Five minutes in five columns, a space before it, for a summary; nothing before there are three minutes to see. */
export const trendSpan = ({ series }: Context, id: string): readonly Span[] => {
  const values = series?.(id, 5, 1) ?? [];
  return values.filter((value) => value !== undefined).length < 3 ? [] : [span(` ${sparkline(values)}`, "dim")];
};

/** The last hour of a room's figures, for a pane that fills the screen. */
export const trendsTable = (points: readonly SeriesPoint[], { series }: Context): Table => ({
  id: "trends",
  title: "last hour",
  columns: [
    { id: "label", title: "figure", align: "left", priority: 1, maxWidth: 30 },
    { id: "trend", title: "two minutes a column", align: "left", priority: 1, maxWidth: 30 },
    { id: "now", title: "now", align: "right", priority: 1 },
  ],
  rows: points.map(({ id, label, text }) => ({
    id,
    severity: "ok",
    cells: {
      label: cell(label),
      trend: cell(sparkline(series?.(id, 30, 2) ?? [])),
      now: cell(text),
    },
    evidence: [],
  })),
  empty: "nothing known yet",
});
