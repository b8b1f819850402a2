import { openSshSessions, type SshSessions } from "../connect/ssh/sessions.ts";
import { accessThrough } from "../connect/open.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { Sight } from "../procedures/gates.ts";
import { sightOf } from "../procedures/sight.ts";
import { systems } from "../systems/registry.ts";
import { startWatch, type Watch } from "../watch/watch.ts";

/** A watch over the cluster, and the SSH connections that a procedure shares with it. */
export interface Workplace {
  readonly sessions: SshSessions;
  readonly watch: Watch;
  readonly sight: Sight;
}

const FIRST_MS = 15_000;

/** Runs `work` with a watch that has its first answers; closes it whatever happens. */
export const withWorkplace = async <T>(cluster: Cluster, work: (workplace: Workplace) => Promise<T>): Promise<T> => {
  // A reader that goes away, as in `midwatch run … | head`, must not end the process in the middle of something.
  process.stdout.on("error", () => undefined);
  const sessions = openSshSessions(cluster);
  const access = accessThrough(cluster, sessions);
  const watch = startWatch({ cluster, access, systems, damped: false });
  try {
    await watch.firstPicture(FIRST_MS);
    return await work({ sessions, watch, sight: sightOf(cluster, watch, access) });
  } finally {
    await watch.close();
  }
};
