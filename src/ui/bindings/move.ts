import type { Binding } from "../desk.ts";
import { move, stepHost, stepPane, type Step } from "../moves.ts";
import { contextOf, type Scene } from "../scene.ts";
import { focusOn, viewOf } from "../state.ts";
import { LISTS, PANES, TEXTS } from "./contexts.ts";

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

/** There is no cursor: all one does with a text is to scroll it, and to leave. */
const isText = (scene: Scene): boolean => TEXTS.includes(contextOf(scene));

/** The keys of the cursor. */
export const MOVES: readonly Binding[] = [
  mover("up", "Up a line", "line", -1),
  {
    ...mover("down", "Down a line", "line", 1),
    footer: {
      label: (scene) => (isText(scene) ? "scroll" : "move"),
      beside: ["up"],
      rank: (scene) => (isText(scene) ? 1 : 6),
    },
  },
  mover("pageUp", "Up a page", "page", -1),
  {
    ...mover("pageDown", "Down a page", "page", 1),
    footer: { label: "page", beside: ["pageUp"], rank: 2, when: isText },
  },
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
