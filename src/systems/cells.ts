import type { Severity } from "./finding.ts";
import { cell, unknownCell, type Cell } from "./pane.ts";
import type { Reading } from "./reading.ts";

/** Not known yet, as against not known: it will come by itself. */
export const pendingCell: Cell = { text: "…", tone: "dim" };

/** What does not apply here. */
export const noneCell: Cell = { text: "-", tone: "dim" };

/** A reading as a cell: its value, `…` until the first answer, `?` when it is not known. */
export const readingCell = <T>(reading: Reading<T>, show: (value: T) => Cell | string | number): Cell => {
  if (reading.state === "unknown") return reading.reason === "pending" ? pendingCell : unknownCell;
  const shown = show(reading.value);
  return typeof shown === "object" ? shown : cell(shown);
};

/** A share or figure that turns to `tone` when `bad`. */
export const toned = (text: string | number, bad: boolean, tone: Severity): Cell => cell(text, bad ? tone : "plain");
