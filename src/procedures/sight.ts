import type { Cluster } from "../inventory/cluster.ts";
import type { Outcome, ReadAccess } from "../connect/access.ts";
import type { Watch } from "../watch/watch.ts";
import type { Sight } from "./gates.ts";

/** The pictures of a running watch, and the access it watches with. */
export const sightOf = (
  cluster: Cluster,
  watch: Pick<Watch, "store" | "askNow">,
  access: Pick<ReadAccess, "ask">,
): Sight => ({
  ask: async (target, ask) => {
    let said: Outcome | undefined;
    await access.ask(target, [ask], (_ask, outcome) => {
      said = outcome;
    });
    const nowMs = Date.now();
    return said ?? { ok: false, reason: "failed", detail: `${target}: no answer`, sentAtMs: nowMs, atMs: nowMs };
  },
  view: (freshAfterMs) => ({ cluster, picture: watch.store.getState().picture, freshAfterMs }),
  next: (stop) =>
    new Promise((resolve) => {
      const done = (): void => {
        unsubscribe();
        stop.removeEventListener("abort", done);
        resolve();
      };
      const unsubscribe = watch.store.subscribe(done);
      stop.addEventListener("abort", done);
      if (stop.aborted) done();
    }),
  refresh: () => watch.askNow(),
});
