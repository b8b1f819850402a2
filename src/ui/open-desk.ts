import { BINDINGS } from "./bindings.ts";
import type { Desk } from "./desk.ts";
import { allKeys, bindingsIn, type Keymap } from "./keymap.ts";
import type { Scene } from "./scene.ts";
import type { Shell } from "./shell.ts";
import { setFlash, type Choice } from "./state.ts";

/** The deeds that reach beyond the screen. */
export interface Doing {
  readonly clusters: readonly string[];
  readonly scenarios: readonly Choice[];
  readonly openCluster: (name: string) => void;
  readonly setScenario: (name: string) => Promise<void>;
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly redraw: () => void;
}

/** How long a remark stays in the footer. */
const FLASH_MS = 4_000;

export const openDesk = (
  { ui, size, session, keymap, theme }: Pick<Shell, "ui" | "size" | "session" | "theme"> & { readonly keymap: Keymap },
  doing: Doing,
  textLines: () => number,
): Desk => {
  const scene = (): Scene => {
    const { watch, asking } = session.getState();
    return {
      picture: watch.store.getState().picture,
      ui: ui.getState(),
      size: size.getState(),
      question: asking.store.getState().question,
      clusters: doing.clusters,
      scenarios: doing.scenarios.length,
    };
  };
  const update: Desk["update"] = (change) => ui.setState(change, true);
  const say: Desk["say"] = (text, tone = "plain") =>
    update((state) => setFlash(state, { text, tone, untilMs: Date.now() + FLASH_MS }));
  const desk: Desk = {
    scene,
    update,
    say,
    get asking() {
      return session.getState().asking;
    },
    refresh: () => session.getState().watch.refresh(),
    pause: (paused) => session.getState().watch.pause(paused),
    openCluster: doing.openCluster,
    setScenario: (name) => {
      const { label = name } = doing.scenarios.find(({ id }) => id === name) ?? {};
      say(`demo: ${label} …`);
      doing.setScenario(name).then(
        () => say(`demo: ${label}`),
        (error: unknown) =>
          say(`the demo refused: ${error instanceof Error ? error.message : String(error)}`, "critical"),
      );
    },
    scenarios: () => doing.scenarios,
    actions: (context) =>
      bindingsIn(context).flatMap((binding): readonly Choice[] => {
        if (binding.group === "move" || binding.action === "actions") return [];
        const why = binding.whyDisabled?.(scene());
        const hint = allKeys(keymap, binding.action, theme.ascii);
        return [{ id: binding.action, label: binding.title, hint, ...(why === undefined ? {} : { disabled: why }) }];
      }),
    run: (action) => BINDINGS.find((binding) => binding.action === action)?.run(desk),
    textLines,
    quit: doing.quit,
    suspend: doing.suspend,
    redraw: doing.redraw,
  };
  return desk;
};
