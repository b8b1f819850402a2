import type { Severity } from "../systems/finding.ts";
import type { Cell, Row, Table } from "../systems/pane.ts";
import { GAP, type FittedColumn } from "./columns.ts";
import { piece, type Line, type Piece } from "./line.ts";
import { cutSentence, fit, widthOf } from "./text.ts";
import type { Theme } from "./theme.ts";

const BLANK: Cell = { text: "", tone: "plain" };

/** Cursor mark, severity symbol and a space, before every row. */
export const GUTTER = 4;

/** A table's column titles, above its rows. */
export const headerLine = (columns: readonly FittedColumn[], theme: Theme): Line => [
  piece(" ".repeat(GUTTER)),
  ...spaced(
    columns.map(({ column, width }) =>
      piece(fit(theme.text(column.title), width, column.align, theme.glyph.cut), "dim"),
    ),
  ),
];

/** What marks a severity; what was never asked yet is no worse than that. */
export const signOf = (severity: Severity, pending: boolean, theme: Theme): Piece =>
  pending && severity === "unknown" ? piece(theme.glyph.pending, "dim") : piece(theme.symbol[severity], severity);

export interface RowMarks {
  readonly cursor: boolean;
  readonly sign: Piece;
}

/** One row: the cursor, what state it is in, its cells. */
export const rowLine = (columns: readonly FittedColumn[], row: Row, { cursor, sign }: RowMarks, theme: Theme): Line => [
  piece(cursor ? `${theme.glyph.cursor} ` : "  "),
  sign,
  piece(" "),
  ...spaced(
    columns.map(({ column, width }) => {
      const cell = row.cells[column.id] ?? BLANK;
      const text = theme.text(cell.text);
      const short = column.grow === true ? cutSentence(text, width, theme.glyph.cut) : text;
      return piece(fit(short, width, column.align, theme.glyph.cut), cell.tone);
    }),
  ),
];

const spaced = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.flatMap((each, i) => (i === 0 ? [each] : [piece(" ".repeat(GAP)), each]));

/** What a narrow table left out of a row, as `title value` pairs: nothing is out of reach on a small screen. */
export const leftOut = (table: Table, columns: readonly FittedColumn[], row: Row, theme: Theme): readonly Line[] =>
  table.columns.flatMap((column): readonly Line[] => {
    const cell = row.cells[column.id] ?? BLANK;
    const text = theme.text(cell.text);
    const shown = columns.find((each) => each.column === column);
    if (text === "" || (shown !== undefined && widthOf(text) <= shown.width)) return [];
    return [[piece(`${theme.text(column.title)} `, "dim"), piece(text, cell.tone)]];
  });
