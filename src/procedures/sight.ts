import type { Cluster } from "../inventory/cluster.ts";
import type { Watch } from "../watch/watch.ts";
import type { Sight } from "./gates.ts";

/** The pictures of a running watch. */
export const sightOf = (cluster: Cluster, watch: Pick<Watch, "store" | "refresh">): Sight => ({
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
  refresh: () => watch.refresh(),
});
