import { openAccess } from "../connect/open.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { durationSchema } from "../inventory/units.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";
import { CommandFailure } from "./failure.ts";

export interface StatusOptions extends ClusterChoice {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly within: string;
}

/** `midwatch status`: asks everything once (or goes on with --watch), prints, ends with the exit code of the picture. */
export const runStatus = async ({ within, ...options }: StatusOptions): Promise<void> => {
  const withinMs = durationSchema.safeParse(within);
  if (!withinMs.success) {
    throw new CommandFailure([
      problem({ what: `--within ${within}: expected a duration such as "10s"`, exitCode: EXIT.usage }),
    ]);
  }
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  // The hosts shake hands while the rest of the program is loaded, which takes about as long.
  const access = openAccess(cluster, {});
  const { showStatus } = await import("./status-show.ts");
  await showStatus(cluster, access, { ...options, withinMs: withinMs.data });
};
