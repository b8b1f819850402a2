import type { Severity } from "./finding.ts";

/**
 * What a room puts on the screen, as data: the room says what, the ui says where and in which colours. Texts are short,
 * plain English, already cleaned of control characters.
 */
export interface Pane {
  readonly severity: Severity;
  /**
   * The system in one line, the most important first; the ui cuts from the end when narrow. Aim at 60 columns.
   * `data 0 · wp-core 0 to heal · bricks 6/6 · mounts 6/6`
   */
  readonly summary: readonly Span[];
  /** In full, when the pane has room or is zoomed. The first table is the most important. */
  readonly tables: readonly Table[];
  /** Below these, only when the pane fills the screen. */
  readonly more?: readonly Table[];
  /** Words of its line that there is no room to explain in it: the help does. */
  readonly words?: readonly Word[];
}

/** A field's own word, and what it means to whoever meets it for the first time. */
export interface Word {
  readonly word: string;
  readonly means: string;
}

/** `plain` is the terminal's own colour; `dim` recedes; the rest follow severity, and never carry meaning alone. */
export type Tone = "plain" | "dim" | Severity;

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export interface Table {
  readonly id: string;
  /** Left out when the pane's own title says it already. */
  readonly title?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** One line in place of no rows. */
  readonly empty?: string;
  /** Its rows are there to be compared: the page of any host that has one shows them all. */
  readonly compares?: true;
}

export interface Column {
  readonly id: string;
  /** Short; drawn dim above the column. */
  readonly title: string;
  /** Numbers are right-aligned. */
  readonly align: "left" | "right";
  /** 1 stays always; higher drops out earlier when narrow. */
  readonly priority: number;
  /** The one column of a table that takes what is left over (and is cut when there is too little). */
  readonly grow?: true;
  /** Widest it may get, in columns. */
  readonly maxWidth?: number;
}

export interface Row {
  /** Unique in its table and stable while the thing exists: the cursor stays on it. */
  readonly id: string;
  readonly severity: Severity;
  /** The host it belongs to, for the filter. */
  readonly host?: string;
  /** By column id; a missing cell is blank. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Keys of the probes it rests on, the most telling first. */
  readonly evidence: readonly string[];
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

export const cell = (text: string | number, tone: Tone = "plain"): Cell => ({ text: String(text), tone });

export const span = (text: string, tone: Tone = "plain"): Span => ({ text, tone });

/** How anything unknown is written in a cell. */
export const unknownCell: Cell = { text: "?", tone: "unknown" };
