import type { Binding, Desk } from "../desk.ts";
import { evidenceKeys, rowTitle } from "../evidence.ts";
import { openTimeline } from "../moves.ts";
import { hostUnderCursor, VIEW_CONTEXTS, type Scene } from "../scene.ts";
import { closeView, openView, setFilter, setOverlay, viewOf } from "../state.ts";
import { ANSWERED, LISTS } from "./contexts.ts";

const openPane = (desk: Desk): void => desk.update((ui) => openView(ui, { kind: "pane" }));

/** False when the cursor is on no host. */
const openHost = (desk: Desk): boolean => {
  const host = hostUnderCursor(desk.scene());
  if (host === undefined) return false;
  desk.update((ui) => openView(ui, { kind: "host", host }));
  return true;
};

const showEvidence = (desk: Desk): void => {
  const scene = desk.scene();
  desk.update((ui) =>
    openView(
      { ...ui, tops: { ...ui.tops, evidence: 0 } },
      { kind: "evidence", title: rowTitle(scene), keys: evidenceKeys(scene) },
    ),
  );
};

const noEvidence = (scene: Scene): string | undefined =>
  evidenceKeys(scene).length === 0 ? "nothing was asked for this line" : undefined;

/** What opens another view, or narrows this one. */
export const LOOKS: readonly Binding[] = [
  {
    action: "open",
    group: "look",
    title: "Open what the cursor is on: a host's page, or the pane over the whole screen",
    contexts: ["overview"],
    footer: { label: "open", rank: 2 },
    run: (desk) => {
      if (!openHost(desk)) openPane(desk);
    },
  },
  {
    action: "zoom",
    group: "look",
    title: "Open the pane over the whole screen",
    contexts: ["overview"],
    run: openPane,
  },
  {
    action: "openRow",
    group: "look",
    title: "Open the row: a host's page, or the evidence behind it",
    contexts: ["pane", "findings", "host"],
    whyDisabled: (scene) => (hostUnderCursor(scene) === undefined ? noEvidence(scene) : undefined),
    run: (desk) => {
      if (!openHost(desk)) showEvidence(desk);
    },
  },
  {
    action: "evidence",
    group: "look",
    title: "Evidence: what was asked, and the raw answer",
    contexts: ANSWERED,
    footer: { label: "evidence", rank: 3 },
    whyDisabled: noEvidence,
    run: showEvidence,
  },
  {
    action: "findings",
    group: "look",
    title: "All findings with their causes, worst first",
    contexts: ["overview", "pane", "timeline", "host", "quiet", "walk", "evidence", "report", "help"],
    footer: { label: "findings", rank: 4 },
    run: (desk) => desk.update((ui) => openView(ui, { kind: "findings" })),
  },
  {
    action: "timeline",
    group: "look",
    title: "Timeline: what changed, and when; the newest at the end",
    contexts: ["overview", "pane", "findings", "host", "quiet", "walk", "evidence", "report", "help"],
    footer: { label: "timeline", rank: 5 },
    run: openTimeline,
  },
  {
    action: "quiet",
    group: "look",
    title: "Quiet screen: the headline and the verdicts, nothing else",
    contexts: ["overview", "pane", "findings", "timeline", "host"],
    footer: { label: "quiet", rank: 10 },
    run: (desk) => desk.update((ui) => openView(ui, { kind: "quiet" })),
  },
  {
    action: "filter",
    group: "look",
    title: "Show only rows that hold a text",
    contexts: LISTS,
    footer: { label: "filter", rank: 5 },
    run: (desk) => desk.update((ui) => setOverlay(ui, { kind: "filter", before: ui.filter })),
  },
  {
    action: "back",
    group: "look",
    title: "Back; in the overview: drop the filter",
    contexts: VIEW_CONTEXTS,
    footer: { label: "back", rank: 1 },
    whyDisabled: ({ ui }) =>
      viewOf(ui).kind === "overview" && ui.filter === ""
        ? "this is the overview: there is nothing to go back to"
        : undefined,
    run: (desk) => desk.update((ui) => (viewOf(ui).kind === "overview" ? setFilter(ui, "") : closeView(ui))),
  },
];
