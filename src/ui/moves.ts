import type { Desk } from "./desk.ts";
import { HOSTS } from "./hosts.ts";
import { bodyRows } from "./layout.ts";
import { windowOf, type Item } from "./rows.ts";
import { focusedSystem, listInSight, rowKeys, type ListInSight, type Scene } from "./scene.ts";
import {
  choicesShown,
  cursorIndex,
  focusOn,
  focusStep,
  moveCursor,
  openView,
  putCursor,
  scrollBy,
  scrollTo,
  setOverlay,
  viewOf,
  type UiState,
} from "./state.ts";

export type Step = "line" | "page" | "end";

/** Moves whatever the arrows move in this context: the cursor, the text, the choice. */
export const move = (desk: Desk, step: Step, towards: 1 | -1): void => {
  const scene = desk.scene();
  const { ui } = scene;
  const { overlay } = ui;
  if (overlay?.kind === "picker") {
    const at = Math.max(0, Math.min(choicesShown(overlay).length - 1, overlay.at + towards));
    desk.update((state) => setOverlay(state, { ...overlay, at }));
    return;
  }
  const view = viewOf(ui).kind;
  if (view === "evidence" || view === "report" || view === "help") {
    const height = bodyRows(scene.size) - 1;
    const lines = desk.textLines();
    desk.update((state) => scrollBy(state, view, distance(step, towards, height, lines), lines, height));
    return;
  }
  const list = listInSight(scene);
  desk.update((state) =>
    list === undefined ? stepSystem(scene, state, step, towards) : stepRow(scene, state, list, step, towards),
  );
};

/** By how many lines a key moves, of `all` lines of which `height` are in sight. */
export const distance = (step: Step, towards: 1 | -1, height: number, all: number): number =>
  towards * (step === "line" ? 1 : step === "page" ? Math.max(1, height - 1) : all);

const stepRow = (scene: Scene, state: UiState, list: ListInSight, step: Step, towards: 1 | -1): UiState => {
  const keys = rowKeys(list.items);
  const before = cursorIndex(state.cursors[list.cursor], keys);
  const moved = moveCursor(state, list.cursor, keys, distance(step, towards, list.height, keys.length));
  const after = cursorIndex(moved.cursors[list.cursor], keys);
  // In the dense overview hosts and systems read as one list: below the last host comes the first system.
  if (after === before && step === "line" && towards === 1 && isDense(scene)) return focusBeside(scene, state, 1);
  return follow(moved, list, keys[after]);
};

const isDense = (scene: Scene): boolean => {
  const { picture, ui } = scene;
  const second = picture.systems.find(({ id }) => id !== HOSTS);
  if (viewOf(ui).kind !== "overview" || second === undefined) return false;
  return listInSight({ ...scene, ui: focusOn(ui, second.id) }) === undefined;
};

const stepSystem = (scene: Scene, state: UiState, step: Step, towards: 1 | -1): UiState => {
  if (step !== "line") {
    const ids = scene.picture.systems.map(({ id }) => id);
    return focusOn(state, (towards === 1 ? ids.at(-1) : ids[0]) ?? state.focus);
  }
  return focusBeside(scene, state, towards);
};

const focusBeside = (scene: Scene, state: UiState, towards: 1 | -1): UiState => {
  const { systems } = scene.picture;
  const at = systems.findIndex((system) => system === focusedSystem(scene)) + towards;
  return focusOn(state, systems[at]?.id ?? state.focus);
};

/** Scrolls no further than it takes to keep the row, and what heads it, in sight. */
const follow = (state: UiState, list: ListInSight, key: string | undefined): UiState => {
  const at = list.items.findIndex((item) => item.kind === "row" && item.key === key);
  if (at < 0) return state;
  const top = windowOf(list.items.length, list.height, state.tops[list.scroll] ?? 0, at, leadOf(list.items, at)).top;
  return scrollTo(state, list.scroll, top);
};

/** How many lines before a row belong in sight with it: its column titles, and above a table's first row its title. */
export const leadOf = (items: readonly Item[], at: number): number => {
  if (items[at - 1]?.kind !== "header") return 1;
  return items[at - 2]?.kind === "title" ? 2 : 1;
};

/** The next or previous pane, going round. */
export const stepPane = (desk: Desk, towards: 1 | -1): void => {
  const ids = desk.scene().picture.systems.map(({ id }) => id);
  desk.update((state) => focusStep(state, ids, towards));
};

/** From a host's page to the next or previous host's, in the inventory's order, going round. */
export const stepHost = (desk: Desk, towards: 1 | -1): void => {
  const { picture, ui } = desk.scene();
  const view = viewOf(ui);
  if (view.kind !== "host") return;
  const names = picture.hosts.map(({ name }) => name);
  const host = names[(names.indexOf(view.host) + towards + names.length) % names.length];
  if (host !== undefined) desk.update((state) => openView(state, { kind: "host", host }));
};

/** Opens the timeline at its newest line, as a log is read. */
export const openTimeline = (desk: Desk): void => {
  desk.update((state) => openView(state, { kind: "timeline" }));
  const scene = desk.scene();
  const list = listInSight(scene);
  if (list === undefined) return;
  const keys = rowKeys(list.items);
  desk.update((state) => follow(putCursor(state, list.cursor, keys, keys.length - 1), list, keys.at(-1)));
};

/** Fixes the cursor to the row it first stands on, so that a list that reorders takes the cursor along with its row. */
export const settleCursor = (state: UiState, list: ListInSight): UiState => {
  if (state.cursors[list.cursor] !== undefined) return state;
  return putCursor(state, list.cursor, rowKeys(list.items), 0);
};
