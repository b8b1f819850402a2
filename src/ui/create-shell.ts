import { createStore } from "zustand/vanilla";
import { beginKind } from "./bindings/begin.ts";
import { BINDINGS } from "./bindings.ts";
import type { Binding, Desk } from "./desk.ts";
import { questionShape, type QuestionShape } from "./draw/question.ts";
import { allKeys, bindingsIn, type Keymap } from "./keymap.ts";
import { questionRows } from "./layout.ts";
import { distance } from "./moves.ts";
import { scrollBody, type AskState } from "./prompts.ts";
import type { Scene } from "./scene.ts";
import type { Sessions } from "./sessions.ts";
import type { Session, Shell } from "./shell.ts";
import { dropView, initialState, openView, setFlash, type Choice, type UiState } from "./state.ts";
import { textInSight } from "./text-in-sight.ts";
import type { Theme } from "./theme.ts";

/** The deeds that reach beyond the screen. */
export interface Doing {
  readonly clusters: readonly string[];
  readonly scenarios: readonly Choice[];
  readonly setScenario: (name: string) => Promise<void>;
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly lend: (during: () => Promise<void>) => Promise<void>;
  readonly redraw: () => void;
}

/** How long a remark stays in the footer. */
const FLASH_MS = 4_000;

export interface ShellParts {
  readonly theme: Theme;
  readonly keymap: Keymap;
  readonly sessions: Sessions;
  readonly size: Shell["size"];
  readonly clock: Shell["clock"];
  readonly doing: Doing;
}

/** Puts together what all views share. */
export const createShell = (parts: ShellParts): Shell => {
  const { theme, keymap, sessions, size, clock } = parts;
  const session = sessions.store;
  const ui = createStore<UiState>(() => initialState(firstSystem(session.getState())));
  const without = { theme, keymap, ui, size, clock, session, widths: new Map() };
  const desk: Desk = openDesk(parts, ui, () => textInSight({ ...without, desk }).lines.length);
  void desk.actor.opened(desk);
  return { ...without, desk };
};

const firstSystem = ({ watch }: Session): string => watch.store.getState().picture.systems[0]?.id ?? "";

const openDesk = (
  { size, clock, sessions, keymap, theme, doing }: ShellParts,
  ui: Shell["ui"],
  textLines: () => number,
): Desk => {
  const session = sessions.store;
  const shapeOf = (state: AskState): QuestionShape => {
    const { columns, rows } = size.getState();
    return questionShape(state, columns, questionRows({ columns, rows }), theme);
  };
  const scene = (): Scene => {
    const { watch, asking, actor } = session.getState();
    const { question } = asking.store.getState();
    return {
      picture: watch.store.getState().picture,
      ui: ui.getState(),
      size: size.getState(),
      question,
      shape: question === undefined ? undefined : shapeOf(asking.store.getState()),
      clusters: doing.clusters,
      scenarios: doing.scenarios.length,
      act: actor.store.getState(),
    };
  };
  const update: Desk["update"] = (change) => ui.setState(change, true);
  const say: Desk["say"] = (text, tone = "plain") =>
    update((state) => setFlash(state, { text, tone, untilMs: clock.getState().nowMs + FLASH_MS }));
  const bindingOf = (action: string): Binding | undefined => BINDINGS.find((binding) => binding.action === action);
  const keysOf: Desk["keysOf"] = (action) => allKeys(keymap, action, theme.ascii);
  let isLeaving = false;
  const quitWhenAllowed = async (): Promise<void> => {
    if (await desk.actor.mayLeave(desk)) doing.quit();
  };
  const desk: Desk = {
    scene,
    update,
    say,
    get asking() {
      return session.getState().asking;
    },
    get actor() {
      return session.getState().actor;
    },
    showWalk: (shown) => update((state) => (shown ? openView(state, { kind: "walk" }) : dropView(state, "walk"))),
    showReport: (path, lines) =>
      update((state) => openView({ ...state, tops: { ...state.tops, report: 0 } }, { kind: "report", path, lines })),
    refresh: () => session.getState().watch.refresh(),
    pause: (paused) => session.getState().watch.pause(paused),
    openCluster: (name) => {
      if (name === session.getState().name) return;
      try {
        sessions.open(name);
      } catch (error) {
        say(`cannot open ${name}: ${messageOf(error)}`, "critical");
        return;
      }
      update(() => initialState(firstSystem(session.getState())));
      void desk.actor.opened(desk);
    },
    setScenario: (name) => {
      const { label = name } = doing.scenarios.find(({ id }) => id === name) ?? {};
      say(`demo: ${label} …`);
      doing.setScenario(name).then(
        () => say(`demo: ${label}`),
        (error: unknown) => say(`the demo refused: ${messageOf(error)}`, "critical"),
      );
    },
    scenarios: () => doing.scenarios,
    actions: (context) =>
      bindingsIn(context).flatMap((binding): readonly Choice[] => {
        if (binding.group === "move" || binding.action === "actions") return [];
        const why = binding.whyDisabled?.(scene());
        const hint = keysOf(binding.action);
        return [{ id: binding.action, label: binding.title, hint, ...(why === undefined ? {} : { disabled: why }) }];
      }),
    run: (action) => bindingOf(action)?.run(desk),
    begin: (procedure) => beginKind(desk, procedure),
    refuse: (action, why) => {
      say(why, "warning");
      // A procedure of one's own has no binding, and is a change all the same.
      if (bindingOf(action)?.changes === true || action.startsWith("run.")) desk.actor.refused(action, why);
    },
    keysOf,
    textLines,
    scrollQuestion: (step, towards) =>
      desk.asking.store.setState((state) => {
        const { lastTop, height } = shapeOf(state);
        return scrollBody(state, distance(step, towards, height, lastTop), lastTop);
      }, true),
    quit: () => void quitWhenAllowed(),
    quitNow: () => {
      const { actor } = desk;
      if (isLeaving || !actor.isUnderWay()) {
        doing.quit();
        return;
      }
      isLeaving = true;
      say("stopping at the next safe point, then midwatch quits; once more quits at once", "warning");
      void actor.stopped("the console was closed").then(doing.quit);
    },
    suspend: doing.suspend,
    lend: doing.lend,
    redraw: doing.redraw,
  };
  return desk;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
