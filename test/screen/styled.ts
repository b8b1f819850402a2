import type { Terminal } from "@xterm/headless";

/** A stretch of one row in one style. */
export interface StyledRun {
  readonly text: string;
  /** Of its first cell, from 0. */
  readonly column: number;
  /** In cells. */
  readonly width: number;
  /** Of the sixteen colours, 0 to 15; absent: the terminal's own. */
  readonly foreground?: number;
  readonly background?: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  /** Foreground and background change places. */
  readonly inverse: boolean;
}

/** What is on screen, a row of runs a line. A colour beyond the sixteen is an error: the console uses no others. */
export const styledRows = (terminal: Terminal): readonly (readonly StyledRun[])[] =>
  Array.from({ length: terminal.rows }, (_, y) => styledRow(terminal, y));

const styledRow = (terminal: Terminal, y: number): readonly StyledRun[] => {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + y);
  const runs: StyledRun[] = [];
  if (line === undefined) return runs;
  for (let x = 0; x < terminal.cols; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const foreground = cell.isFgDefault() ? undefined : sixteen(cell.getFgColor());
    const background = cell.isBgDefault() ? undefined : sixteen(cell.getBgColor());
    const next: StyledRun = {
      text: cell.getChars() || " ",
      column: x,
      width: cell.getWidth(),
      ...(foreground === undefined ? {} : { foreground }),
      ...(background === undefined ? {} : { background }),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      underline: cell.isUnderline() !== 0,
      inverse: cell.isInverse() !== 0,
    };
    const last = runs.at(-1);
    if (last !== undefined && sameStyle(last, next))
      runs[runs.length - 1] = { ...last, text: last.text + next.text, width: last.width + next.width };
    else runs.push(next);
  }
  return runs;
};

const sixteen = (colour: number): number => {
  if (colour > 15) throw new Error(`colour ${colour} is not one of the sixteen`);
  return colour;
};

const sameStyle = (a: StyledRun, b: StyledRun): boolean =>
  a.foreground === b.foreground &&
  a.background === b.background &&
  a.bold === b.bold &&
  a.dim === b.dim &&
  a.underline === b.underline &&
  a.inverse === b.inverse;
