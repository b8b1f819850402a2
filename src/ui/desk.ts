import type { Actor, Front } from "./act/contract.ts";
import type { Asking } from "./prompts.ts";
import type { Step } from "./moves.ts";
import type { Context, Scene } from "./scene.ts";
import type { Choice, UiState } from "./state.ts";

/** What a key may do. */
export interface Desk extends Front {
  /** Of the cluster on screen. */
  readonly actor: Actor;
  readonly scene: () => Scene;
  readonly update: (change: (ui: UiState) => UiState) => void;
  readonly asking: Pick<Asking, "store" | "answer">;
  readonly refresh: () => void;
  readonly pause: (paused: boolean) => void;
  readonly openCluster: (name: string) => void;
  readonly setScenario: (name: string) => void;
  readonly scenarios: () => readonly Choice[];
  /** Every action of `context` as a list to choose from. */
  readonly actions: (context: Context) => readonly Choice[];
  readonly run: (action: string) => void;
  /** Begins a procedure, by its name, for what the cursor is on; asks first. */
  readonly begin: (procedure: string) => void;
  /** Something that cannot be done now was asked for; what would have changed something is audited. */
  readonly refuse: (action: string, why: string) => void;
  /** Lines of the text in sight (evidence, help), all of them. */
  readonly textLines: () => number;
  /** Through the question on screen. */
  readonly scrollQuestion: (step: Step, towards: 1 | -1) => void;
  /** Asks first while something is under way. */
  readonly quit: () => void;
  /** Stops what is under way at its next safe point, and quits; a second time quits at once. */
  readonly quitNow: () => void;
  readonly suspend: () => void;
  readonly redraw: () => void;
}

/**
 * One thing a key can do. The footer, the help, the list of actions, docs/keys.md and the reasons for a refusal are all
 * made from these records; the keys themselves come from a keymap.
 */
export interface Binding {
  /** Its name in keymaps. */
  readonly action: string;
  readonly group: Group;
  /** What it does, for the help and the docs. */
  readonly title: string;
  readonly contexts: readonly Context[];
  /** Of several that differ in a number only: the help gives them one line, under this title. */
  readonly family?: string;
  readonly footer?: FooterEntry;
  /** It may lead to a change: a refusal is audited. */
  readonly changes?: true;
  /** Cheap; asked whenever the footer is drawn. */
  readonly whyDisabled?: (scene: Scene) => string | undefined;
  readonly run: (desk: Desk) => void;
}

export type Group = "look" | "act" | "move" | "watch" | "type" | "answer" | "midwatch";

export interface FooterEntry {
  /** A word or two. */
  readonly label: string | ((scene: Scene) => string);
  /** Left out where it would do nothing that is seen. */
  readonly when?: (scene: Scene) => boolean;
  /** Other actions whose keys stand beside its own: `↑↓ move`. */
  readonly beside?: readonly string[];
  /** Its key and the last one of these, as a range: `1-7 pane`. */
  readonly upTo?: (scene: Scene) => string | undefined;
  /** Lower stays longer when the line is narrow; 0 stands at the right edge. */
  readonly rank: number | ((scene: Scene) => number);
}
