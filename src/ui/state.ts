import type { Tone } from "../systems/pane.ts";

/** What the screen shows and where the operator is in it; everything about the cluster itself is in the watch's store. */
export interface UiState {
  /** The way back: escape leaves the last. */
  readonly views: readonly [View, ...View[]];
  /** Id of the system the keys go to. */
  readonly focus: string;
  readonly cursors: Readonly<Record<string, Cursor>>;
  /** First line shown, by list. */
  readonly tops: Readonly<Record<string, number>>;
  readonly filter: string;
  readonly overlay?: Overlay;
  readonly flash?: Flash;
  /** The keys so far of a sequence such as `g g`. */
  readonly held: readonly string[];
}

export type View =
  | { readonly kind: "overview" }
  /** The focused system, over the whole screen. */
  | { readonly kind: "pane" }
  | { readonly kind: "findings" }
  /** What changed, and when. */
  | { readonly kind: "timeline" }
  /** All about one host. */
  | { readonly kind: "host"; readonly host: string }
  /** The headline and the verdicts alone. */
  | { readonly kind: "quiet" }
  /** The procedure of this console, step by step. */
  | { readonly kind: "walk" }
  | { readonly kind: "evidence"; readonly title: string; readonly keys: readonly string[] }
  /** What was written down of a procedure, read when it was opened. */
  | { readonly kind: "report"; readonly path: string; readonly lines: readonly string[] }
  | { readonly kind: "help" };

export type Overlay =
  /** `before` comes back when the edit is given up. */
  | { readonly kind: "filter"; readonly before: string }
  | {
      readonly kind: "picker";
      /** What the choice is for. */
      readonly of: "cluster" | "scenario" | "action" | "procedure";
      readonly title: string;
      readonly choices: readonly Choice[];
      readonly text: string;
      readonly at: number;
    };

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** Dim, after the label. */
  readonly hint?: string;
  /** Why it cannot be taken now. */
  readonly disabled?: string;
}

/** A row by its key; `at` is where it last stood, for when it is gone. */
export interface Cursor {
  readonly key: string;
  readonly at: number;
}

export interface Flash {
  readonly text: string;
  readonly tone: Tone;
  readonly untilMs: number;
}

export const initialState = (focus: string): UiState => ({
  views: [{ kind: "overview" }],
  focus,
  cursors: {},
  tops: {},
  filter: "",
  held: [],
});

export const viewOf = (state: UiState): View => state.views.at(-1) ?? { kind: "overview" };

export const openView = (state: UiState, view: View): UiState => {
  const [first, ...rest] = state.views;
  return { ...state, views: [first, ...rest.filter((each) => each.kind !== view.kind), view] };
};

export const closeView = (state: UiState): UiState => {
  const [first, ...rest] = state.views;
  return { ...state, views: [first, ...rest.slice(0, -1)] };
};

/** Takes one view off, wherever it stands. */
export const dropView = (state: UiState, kind: View["kind"]): UiState => {
  const [first, ...rest] = state.views;
  return { ...state, views: [first, ...rest.filter((each) => each.kind !== kind)] };
};

export const focusOn = (state: UiState, focus: string): UiState => ({ ...state, focus });

/** The next or previous of `ids`, going round. */
export const focusStep = (state: UiState, ids: readonly string[], step: 1 | -1): UiState => {
  const at = ids.indexOf(state.focus);
  return focusOn(state, ids[(at + step + ids.length) % ids.length] ?? state.focus);
};

/** Where the cursor stands in a list now: on its row, or, when that is gone, where the row was. −1 in an empty list. */
export const cursorIndex = (cursor: Cursor | undefined, keys: readonly string[]): number => {
  if (cursor === undefined) return keys.length === 0 ? -1 : 0;
  const at = keys.indexOf(cursor.key);
  return at >= 0 ? at : Math.min(cursor.at, keys.length - 1);
};

export const moveCursor = (state: UiState, list: string, keys: readonly string[], by: number): UiState => {
  if (keys.length === 0) return state;
  const at = Math.max(0, Math.min(keys.length - 1, cursorIndex(state.cursors[list], keys) + by));
  return putCursor(state, list, keys, at);
};

export const putCursor = (state: UiState, list: string, keys: readonly string[], at: number): UiState => {
  const key = keys[at];
  return key === undefined ? state : { ...state, cursors: { ...state.cursors, [list]: { key, at } } };
};

export const scrollTo = (state: UiState, list: string, top: number): UiState =>
  state.tops[list] === top ? state : { ...state, tops: { ...state.tops, [list]: top } };

/** Text without a cursor: scrolls, and stops at both ends. */
export const scrollBy = (state: UiState, list: string, by: number, lines: number, height: number): UiState => {
  const last = Math.max(0, lines - height);
  return scrollTo(state, list, Math.max(0, Math.min(last, (state.tops[list] ?? 0) + by)));
};

export const setFilter = (state: UiState, filter: string): UiState => ({ ...state, filter });

export const setOverlay = (state: UiState, overlay: Overlay | undefined): UiState => {
  const { overlay: _, ...rest } = state;
  return overlay === undefined ? rest : { ...rest, overlay };
};

/** Choices whose label holds the typed text. */
export const choicesShown = (overlay: Extract<Overlay, { kind: "picker" }>): readonly Choice[] => {
  const wanted = overlay.text.toLowerCase();
  return overlay.choices.filter(({ label, hint }) => `${label} ${hint ?? ""}`.toLowerCase().includes(wanted));
};

export const setFlash = (state: UiState, flash: Flash | undefined): UiState => {
  const { flash: _, ...rest } = state;
  return flash === undefined ? rest : { ...rest, flash };
};

export const hold = (state: UiState, held: readonly string[]): UiState =>
  state.held.length === 0 && held.length === 0 ? state : { ...state, held };
