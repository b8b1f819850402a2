import { createStore, type StoreApi } from "zustand/vanilla";
import type { Prompts } from "../connect/access.ts";
import type { Watch } from "../watch/watch.ts";
import { createActor } from "./act/actor.ts";
import type { Hand } from "./act/hand.ts";
import { createPrompts } from "./prompts.ts";
import type { Session } from "./shell.ts";

/** A cluster that is being watched, and what may be done to it. */
export interface Opened {
  readonly watch: Watch;
  readonly hand: Hand;
}

export interface Sessions {
  /** The cluster on screen. */
  readonly store: StoreApi<Session>;
  /** Opens another cluster in its place and leaves the one before. Throws what opening throws; then nothing changed. */
  readonly open: (name: string) => void;
  /** What is under way is waited for no longer than `stopWithinMs`. */
  readonly close: (stopWithinMs?: number) => Promise<void>;
}

/** A connection that does not close must not keep the operator from the shell. */
const CLOSE_WITHIN_MS = 2_000;

/** A command that is on its way is waited for: most have a shorter deadline. */
const STOP_WITHIN_MS = 20_000;

/** One cluster at a time; questions asked for a cluster that has left the screen are answered no. */
export const createSessions = (open: (name: string, prompts: Prompts) => Opened, initial: string): Sessions => {
  const start = (name: string): Session => {
    const asking = createPrompts();
    const { watch, hand } = open(name, asking.prompts);
    return { name, asking, watch, actor: createActor(hand, asking) };
  };
  const store = createStore<Session>(() => start(initial));
  return {
    store,
    open: (name) => {
      const before = store.getState();
      store.setState(start(name), true);
      void leave(before, STOP_WITHIN_MS);
    },
    close: (stopWithinMs = STOP_WITHIN_MS) => leave(store.getState(), stopWithinMs),
  };
};

const leave = async ({ watch, asking, actor }: Session, stopWithinMs: number): Promise<void> => {
  asking.close();
  await actor.close(stopWithinMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  // What goes wrong while hanging up concerns nobody any more.
  await Promise.race([watch.close().catch(() => undefined), late]);
  clearTimeout(timer);
};
