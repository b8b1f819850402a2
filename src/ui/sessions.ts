import { createStore, type StoreApi } from "zustand/vanilla";
import type { Prompts } from "../connect/access.ts";
import type { Watch } from "../watch/watch.ts";
import { createPrompts } from "./prompts.ts";
import type { Session } from "./shell.ts";

export interface Sessions {
  /** The cluster on screen. */
  readonly store: StoreApi<Session>;
  /** Opens another cluster in its place and leaves the one before. Throws what opening throws; then nothing changed. */
  readonly open: (name: string) => void;
  readonly close: () => Promise<void>;
}

/** A connection that does not close must not keep the operator from the shell. */
const CLOSE_WITHIN_MS = 2_000;

/** One cluster at a time; questions asked for a cluster that has left the screen are answered no. */
export const createSessions = (open: (name: string, prompts: Prompts) => Watch, initial: string): Sessions => {
  const start = (name: string): Session => {
    const asking = createPrompts();
    return { name, asking, watch: open(name, asking.prompts) };
  };
  const store = createStore<Session>(() => start(initial));
  return {
    store,
    open: (name) => {
      const before = store.getState();
      store.setState(start(name), true);
      void leave(before);
    },
    close: () => leave(store.getState()),
  };
};

const leave = async ({ watch, asking }: Session): Promise<void> => {
  asking.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  // What goes wrong while hanging up concerns nobody any more.
  await Promise.race([watch.close().catch(() => undefined), late]);
  clearTimeout(timer);
};
