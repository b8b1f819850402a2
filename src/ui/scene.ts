import type { ActState } from "./act/contract.ts";
import type { SystemPicture, Picture } from "../watch/picture.ts";
import type { Finding } from "../systems/finding.ts";
import { findingInRow, findingsTable } from "./findings.ts";
import { hostTables } from "./host-page.ts";
import { HOSTS, HOSTS_TABLE, hostsFrom, tablesOf } from "./hosts.ts";
import { bodyRows, placeOverview, type Overview, type Size } from "./layout.ts";
import type { QuestionShape } from "./draw/question.ts";
import type { Question } from "./prompts.ts";
import { itemsOf, type Item } from "./rows.ts";
import { cursorIndex, viewOf, type UiState } from "./state.ts";
import { TIMELINE, timelineTable } from "./timeline.ts";

/** Everything a key may ask about, at one moment. */
export interface Scene {
  readonly picture: Picture;
  readonly ui: UiState;
  readonly size: Size;
  readonly question: Question | undefined;
  /** Of the question. */
  readonly shape: QuestionShape | undefined;
  readonly clusters: readonly string[];
  readonly scenarios: number;
  readonly act: ActState;
}

/** Where keys go: one of the views, or what stands over it. */
export type Context =
  | "overview"
  | "pane"
  | "findings"
  | "timeline"
  | "host"
  | "quiet"
  | "walk"
  | "evidence"
  | "report"
  | "help"
  | "filter"
  | "picker"
  | "choice"
  | "entry"
  | "secret";

export const VIEW_CONTEXTS = [
  "overview",
  "pane",
  "findings",
  "timeline",
  "host",
  "quiet",
  "walk",
  "evidence",
  "report",
  "help",
] as const satisfies readonly Context[];

/** Contexts in which characters are text. */
export const TEXT_CONTEXTS: readonly Context[] = ["filter", "picker", "entry", "secret"];

export const contextOf = ({ ui, question }: Pick<Scene, "ui" | "question">): Context =>
  question?.kind ?? ui.overlay?.kind ?? viewOf(ui).kind;

export const focusedSystem = ({ picture, ui }: Pick<Scene, "picture" | "ui">): SystemPicture | undefined =>
  picture.systems.find(({ id }) => id === ui.focus) ?? picture.systems[0];

/** Lines of a pane above its list: rule and summary. */
export const PANE_HEAD = 2;

/** Lines below a list that fills the screen: a rule, and what is known of the row under the cursor. */
export const DETAIL_ROWS = 5;

/** The same for a finding, which is explained. */
export const EXPLAIN_ROWS = 9;

export const detailRows = (ui: UiState): number => (viewOf(ui).kind === "findings" ? EXPLAIN_ROWS : DETAIL_ROWS);

/** The overview as it stands on this terminal. A filter empties lines but moves nothing. */
export const overviewOf = (picture: Pick<Picture, "hosts" | "overall" | "systems">, size: Size): Overview => {
  const from = hostsFrom(picture);
  const hosts = picture.systems.find(({ id }) => id === HOSTS);
  const hostLines = hosts === undefined ? 0 : 1 + itemsOf(tablesOf(from, hosts, false), "").length;
  const needs = picture.systems.flatMap((system) =>
    system.id === HOSTS ? [] : [{ id: system.id, rows: PANE_HEAD + itemsOf(tablesOf(from, system, false), "").length }],
  );
  return placeOverview(size, hostLines, needs);
};

/** The list the keys go to: what it holds and how many lines of it are in sight. */
export interface ListInSight {
  /** Whose cursor. A pane keeps its cursor when it is opened. */
  readonly cursor: string;
  /** Whose scroll. */
  readonly scroll: string;
  readonly items: readonly Item[];
  readonly height: number;
}

export const listInSight = (scene: Pick<Scene, "picture" | "ui" | "size">): ListInSight | undefined => {
  const { picture, ui, size } = scene;
  const view = viewOf(ui);
  if (view.kind === "findings") {
    const items = itemsOf([findingsTable(picture.stories)], ui.filter);
    return { cursor: "findings", scroll: "findings", items, height: Math.max(1, bodyRows(size) - 1 - EXPLAIN_ROWS) };
  }
  if (view.kind === "timeline") {
    const items = itemsOf([timelineTable(picture.recent, picture.nowMs)], ui.filter);
    return { cursor: TIMELINE, scroll: TIMELINE, items, height: Math.max(1, bodyRows(size) - 1 - DETAIL_ROWS) };
  }
  if (view.kind === "host") {
    const name = hostScroll(view.host);
    const items = itemsOf(hostTables(picture, view.host), ui.filter);
    return { cursor: name, scroll: name, items, height: Math.max(1, bodyRows(size) - 1 - DETAIL_ROWS) };
  }
  const system = focusedSystem(scene);
  if (system === undefined || (view.kind !== "overview" && view.kind !== "pane")) return undefined;
  const zoomed = view.kind === "pane";
  const items = itemsOf(tablesOf(hostsFrom(picture), system, zoomed), ui.filter);
  const at = { cursor: system.id, scroll: scrollId(system.id, zoomed), items };
  if (zoomed) return { ...at, height: Math.max(1, bodyRows(size) - PANE_HEAD - DETAIL_ROWS) };
  const overview = overviewOf(picture, size);
  if (system.id === HOSTS) return { ...at, height: Math.max(1, overview.hosts - 1) };
  if (overview.kind === "dense") return undefined;
  const rows = overview.columns.flat().find((placed) => placed.id === system.id)?.rows ?? 0;
  return { ...at, height: Math.max(1, rows - PANE_HEAD) };
};

export const hostScroll = (host: string): string => `page:${host}`;

export const scrollId = (system: string, zoomed: boolean): string => `${zoomed ? "pane" : "overview"}:${system}`;

export const rowKeys = (items: readonly Item[]): readonly string[] =>
  items.flatMap((item) => (item.kind === "row" ? [item.key] : []));

/** The row the cursor is on, if the list in sight has any. */
export const rowUnderCursor = (scene: Pick<Scene, "picture" | "ui" | "size">): RowItem | undefined => {
  const list = listInSight(scene);
  if (list === undefined) return undefined;
  const rows = list.items.filter((item) => item.kind === "row");
  return rows[
    cursorIndex(
      scene.ui.cursors[list.cursor],
      rows.map(({ key }) => key),
    )
  ];
};

/** What is wrong in the row under the cursor, where rows are findings. */
export const findingUnderCursor = (scene: Pick<Scene, "picture" | "ui" | "size">): Finding | undefined => {
  const item = rowUnderCursor(scene);
  return item?.table.id === "findings" ? findingInRow(scene.picture.stories, item.row.id) : undefined;
};

/** The host whose row the cursor is on, in the list of hosts. */
export const hostUnderCursor = (scene: Pick<Scene, "picture" | "ui" | "size">): string | undefined => {
  const item = rowUnderCursor(scene);
  return item?.table.id === HOSTS_TABLE ? item.row.host : undefined;
};

export type RowItem = Extract<Item, { kind: "row" }>;
