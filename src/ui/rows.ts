import type { Row } from "../systems/pane.ts";
import type { ListTable } from "./columns.ts";

/** One line of a pane's list, before it is drawn. */
export type Item =
  | { readonly kind: "gap" }
  | { readonly kind: "title"; readonly table: ListTable }
  | { readonly kind: "header"; readonly table: ListTable }
  | { readonly kind: "empty"; readonly table: ListTable; readonly filtered: boolean }
  | { readonly kind: "row"; readonly table: ListTable; readonly row: Row; readonly key: string };

/** All tables of a pane as one list, so that one cursor and one scroll go through them. */
export const itemsOf = (tables: readonly ListTable[], filter: string): readonly Item[] =>
  tables.flatMap((table, i): readonly Item[] => {
    const rows = table.rows.filter((row) => matches(row, filter));
    return [
      ...(i > 0 ? [{ kind: "gap" } as const] : []),
      ...(table.title === undefined ? [] : [{ kind: "title", table } as const]),
      ...(rows.length > 0
        ? [{ kind: "header", table } as const]
        : [{ kind: "empty", table, filtered: table.rows.length > 0 } as const]),
      ...rows.map((row) => ({ kind: "row", table, row, key: rowKey(table, row) }) as const),
    ];
  });

const rowKey = (table: ListTable, row: Row): string => `${table.id}/${row.id}`;

/** The filter is plain text, without regard to case, in the row's id, host or any cell. */
const matches = (row: Row, filter: string): boolean => {
  if (filter === "") return true;
  const wanted = filter.toLowerCase();
  return (
    row.id.toLowerCase().includes(wanted) ||
    (row.host?.toLowerCase().includes(wanted) ?? false) ||
    Object.values(row.cells).some((cell) => cell.text.toLowerCase().includes(wanted))
  );
};

/** What part of a list is shown. */
export interface Window {
  readonly top: number;
  readonly end: number;
}

/**
 * The part of `count` lines that shows in `height`, near to where it was (`top`), with line `at` in sight. Moves no
 * further than it must. `lead` lines above `at` are kept in sight too, for what heads it.
 */
export const windowOf = (count: number, height: number, top: number, at: number, lead = 0): Window => {
  const last = Math.max(0, count - height);
  let from = Math.min(Math.max(0, top), last);
  if (at >= from + height) from = at - height + 1;
  if (at - lead < from) from = Math.max(0, at - lead);
  return { top: from, end: Math.min(count, from + height) };
};
