import { erase, giveUp, moveAnswer, stepQuestion, take } from "./answering.ts";
import type { Binding, Desk } from "./desk.ts";
import { BEGINNING, WALKING } from "./bindings-act.ts";
import { evidenceKeys, rowTitle } from "./evidence.ts";
import { move, openTimeline, stepHost, stepPane, type Step } from "./moves.ts";
import { hostUnderCursor, TEXT_CONTEXTS, VIEW_CONTEXTS, type Context, type Scene } from "./scene.ts";
import { closeView, focusOn, openView, setFilter, setOverlay, viewOf, type Choice, type Overlay } from "./state.ts";

/** Lists whose rows rest on answers. */
const ANSWERED: readonly Context[] = ["overview", "pane", "findings", "host"];
const LISTS: readonly Context[] = [...ANSWERED, "timeline"];
const TEXTS: readonly Context[] = ["evidence", "help"];
const PANES: readonly Context[] = ["overview", "pane"];
/** Where `p` and `s` mean the watch and the demo; the walkthrough has its own. */
const ASIDE: readonly Context[] = VIEW_CONTEXTS.filter((context) => context !== "walk");
const ANYWHERE: readonly Context[] = [...VIEW_CONTEXTS, ...TEXT_CONTEXTS, "choice"];

const mover = (action: string, title: string, step: Step, towards: 1 | -1): Binding => ({
  action,
  group: "move",
  title,
  contexts: [...LISTS, ...TEXTS],
  run: (desk) => move(desk, step, towards),
});

const stepper = (action: string, title: string, towards: 1 | -1): Binding => ({
  action,
  group: "move",
  title,
  contexts: [...PANES, "host"],
  run: (desk) => (viewOf(desk.scene().ui).kind === "host" ? stepHost(desk, towards) : stepPane(desk, towards)),
});

const goToPane = (n: number): Binding => ({
  action: `pane${n}`,
  group: "move",
  title: `Go to pane ${n}`,
  family: "Go to the pane of that number",
  contexts: PANES,
  whyDisabled: ({ picture }) => (n <= picture.systems.length ? undefined : `there is no pane ${n}`),
  run: (desk) => {
    const system = desk.scene().picture.systems[n - 1];
    if (system !== undefined) desk.update((ui) => focusOn(ui, system.id));
  },
});

const pick = (
  desk: Desk,
  of: Extract<Overlay, { kind: "picker" }>["of"],
  title: string,
  choices: readonly Choice[],
): void => desk.update((ui) => setOverlay(ui, { kind: "picker", of, title, choices, text: "", at: 0 }));

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

/** Why not now, while a procedure is under way. */
const whileRunning =
  (because: string) =>
  ({ act: { run } }: Scene): string | undefined =>
    run === undefined || run.phase === "ended" ? undefined : `a procedure is under way: ${because}`;

const MOVES: readonly Binding[] = [
  mover("up", "Up a line", "line", -1),
  { ...mover("down", "Down a line", "line", 1), footer: { label: "move", beside: ["up"], rank: 6 } },
  mover("pageUp", "Up a page", "page", -1),
  mover("pageDown", "Down a page", "page", 1),
  mover("top", "To the top", "end", -1),
  mover("bottom", "To the end", "end", 1),
  stepper("nextPane", "Next pane; on a host's page the next host", 1),
  stepper("previousPane", "Previous pane; on a host's page the host before", -1),
  {
    ...goToPane(1),
    footer: { label: "pane", rank: 8, upTo: ({ picture }) => `pane${Math.min(9, picture.systems.length)}` },
  },
  ...[2, 3, 4, 5, 6, 7, 8, 9].map(goToPane),
];

const LOOKS: readonly Binding[] = [
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
    contexts: ["overview", "pane", "timeline", "host", "quiet", "walk", "evidence", "help"],
    footer: { label: "findings", rank: 4 },
    run: (desk) => desk.update((ui) => openView(ui, { kind: "findings" })),
  },
  {
    action: "timeline",
    group: "look",
    title: "Timeline: what changed, and when; the newest at the end",
    contexts: ["overview", "pane", "findings", "host", "quiet", "walk", "evidence", "help"],
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

const WATCHING: readonly Binding[] = [
  {
    action: "refresh",
    group: "watch",
    title: "Ask everything now",
    contexts: VIEW_CONTEXTS,
    footer: { label: "refresh", rank: 7 },
    whyDisabled: ({ picture }) => (picture.paused ? "paused: nothing is asked" : undefined),
    run: (desk) => {
      desk.refresh();
      desk.say("asking everything now");
    },
  },
  {
    action: "pause",
    group: "watch",
    title: "Pause: ask nothing, hold the picture; again: go on",
    contexts: ASIDE,
    footer: { label: "pause", rank: 9 },
    whyDisabled: whileRunning("its gates need new answers"),
    run: (desk) => desk.pause(!desk.scene().picture.paused),
  },
  {
    action: "cluster",
    group: "watch",
    title: "Switch to another cluster",
    contexts: ASIDE,
    footer: { label: "cluster", rank: 12 },
    whyDisabled: (scene) =>
      scene.clusters.length > 1
        ? whileRunning("this cluster stays on screen")(scene)
        : "the inventory has only this cluster",
    run: (desk) => {
      const { clusters, picture } = desk.scene();
      const choices = clusters.map((name) => ({
        id: name,
        label: name,
        hint: name === picture.cluster.name ? "on screen" : "",
      }));
      pick(desk, "cluster", "switch to cluster", choices);
    },
  },
  {
    action: "scenario",
    group: "watch",
    title: "Demo: break something, or make it well",
    contexts: ASIDE,
    footer: { label: "break", rank: 3 },
    whyDisabled: ({ scenarios }) => (scenarios > 0 ? undefined : "only the demo can be broken from here"),
    run: (desk) => pick(desk, "scenario", "demo: what happens", desk.scenarios()),
  },
];

const MIDWATCH: readonly Binding[] = [
  {
    action: "help",
    group: "midwatch",
    title: "All keys, and what the signs mean",
    contexts: ["overview", "pane", "findings", "timeline", "host", "quiet", "walk", "evidence"],
    footer: { label: "help", rank: 1 },
    run: (desk) => desk.update((ui) => openView({ ...ui, tops: { ...ui.tops, help: 0 } }, { kind: "help" })),
  },
  {
    action: "actions",
    group: "midwatch",
    title: "Choose an action by name",
    contexts: VIEW_CONTEXTS,
    run: (desk) => pick(desk, "action", "do", desk.actions(viewOf(desk.scene().ui).kind)),
  },
  {
    action: "redraw",
    group: "midwatch",
    title: "Draw the screen anew",
    contexts: VIEW_CONTEXTS,
    run: (desk) => desk.redraw(),
  },
  {
    action: "suspend",
    group: "midwatch",
    title: "Back to the shell for a while (fg returns)",
    contexts: VIEW_CONTEXTS,
    whyDisabled: whileRunning("suspended it would lose the cluster's lock"),
    run: (desk) => desk.suspend(),
  },
  {
    action: "quit",
    group: "midwatch",
    title: "Quit",
    contexts: VIEW_CONTEXTS,
    footer: { label: "quit", rank: 0 },
    run: (desk) => desk.quit(),
  },
  {
    action: "quitNow",
    group: "midwatch",
    title: "Quit, whatever is open; what is under way is stopped at its next safe point first",
    contexts: ANYWHERE,
    run: (desk) => desk.quitNow(),
  },
];

const stepItem = (desk: Desk, towards: 1 | -1): void => {
  if (desk.scene().question === undefined) move(desk, "line", towards);
  else stepQuestion(desk, towards);
};

/** Lines at a time through a long question. */
const QUESTION_PAGE = 6;

const ANSWERS: readonly Binding[] = [
  {
    action: "take",
    group: "answer",
    title: "Take what is marked or typed",
    contexts: ["filter", "picker", "choice", "entry", "secret"],
    footer: { label: "ok", rank: 1 },
    run: take,
  },
  {
    action: "giveUp",
    group: "answer",
    title: "Leave it as it was; no",
    contexts: ["filter", "picker", "choice", "entry", "secret"],
    footer: { label: "cancel", rank: 2 },
    run: giveUp,
  },
  {
    action: "nextChoice",
    group: "answer",
    title: "The answer to the right",
    contexts: ["choice"],
    footer: { label: "answer", beside: ["previousChoice"], rank: 3 },
    run: (desk) => moveAnswer(desk, 1),
  },
  {
    action: "nextItem",
    group: "answer",
    title: "Down the list; down a long question",
    contexts: ["picker", "choice"],
    footer: { label: "choose", beside: ["previousItem"], rank: 3 },
    run: (desk) => stepItem(desk, 1),
  },
  {
    action: "previousItem",
    group: "answer",
    title: "Up the list; up a long question",
    contexts: ["picker", "choice"],
    run: (desk) => stepItem(desk, -1),
  },
  ...([1, -1] as const).map((towards): Binding => {
    const isDown = towards === 1;
    return {
      action: isDown ? "nextLines" : "previousLines",
      group: "answer",
      title: isDown ? "Further down in a long question" : "Further up in a long question",
      contexts: ["choice", "entry"],
      run: (desk) => desk.scrollQuestion(towards * QUESTION_PAGE),
    };
  }),
  {
    action: "previousChoice",
    group: "answer",
    title: "The answer to the left",
    contexts: ["choice"],
    run: (desk) => moveAnswer(desk, -1),
  },
  {
    action: "erase",
    group: "type",
    title: "Erase a character",
    contexts: TEXT_CONTEXTS,
    run: (desk) => erase(desk, false),
  },
  {
    action: "eraseAll",
    group: "type",
    title: "Erase everything typed",
    contexts: TEXT_CONTEXTS,
    run: (desk) => erase(desk, true),
  },
];

/** Everything keys can do, in the order of the help and the docs. */
export const BINDINGS: readonly Binding[] = [
  ...WALKING,
  ...LOOKS,
  ...BEGINNING,
  ...MOVES,
  ...WATCHING,
  ...MIDWATCH,
  ...ANSWERS,
];
