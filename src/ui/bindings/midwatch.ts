import type { Binding } from "../desk.ts";
import { VIEW_CONTEXTS } from "../scene.ts";
import { openView, viewOf } from "../state.ts";
import { ANYWHERE } from "./contexts.ts";
import { pick } from "./picker.ts";
import { whileRunning } from "./while-running.ts";

/** The program itself. */
export const MIDWATCH: readonly Binding[] = [
  {
    action: "help",
    group: "midwatch",
    title: "All keys, and what the signs mean",
    contexts: ["overview", "pane", "findings", "timeline", "host", "quiet", "walk", "evidence", "report"],
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
