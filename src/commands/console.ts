import { constants } from "node:os";
import { accessThrough, openAccess } from "../connect/open.ts";
import { openSshSessions } from "../connect/ssh/sessions.ts";
import type { Prompts, ReadAccess } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import type { ProcedureKind } from "../procedures/kind.ts";
import { sightOf } from "../procedures/sight.ts";
import { loadProcedures } from "../procedures/user/load.ts";
import { systems } from "../systems/registry.ts";
import type { Opened } from "../ui/sessions.ts";
import { displayFor } from "../ui/theme.ts";
import { startWatch, type Watch } from "../watch/watch.ts";
import { chooseCluster, loadClusters, orFail, type ClusterChoice } from "./choose.ts";
import { handOf } from "./console-hand.ts";
import { CommandFailure } from "./failure.ts";
import { chosenKeymap } from "./keymap.ts";
import { recorderFor } from "./recorder.ts";
import { printUntilInterrupted } from "./status-show.ts";
import { statusText } from "./status-text.ts";

export interface ScreenOptions {
  readonly keymap?: string;
  readonly ascii?: boolean;
  readonly readOnly?: boolean;
}

/** What the demo adds to a console: its scenarios, by a key. */
export interface DemoControl {
  readonly scenarios: readonly { readonly name: string; readonly title: string }[];
  readonly set: (name: string) => Promise<void>;
}

/** `midwatch`: the console on the inventory's clusters. */
export const runConsole = async (options: ScreenOptions & ClusterChoice): Promise<void> => {
  const clusters = await loadClusters(options);
  const initial = options.cluster === undefined ? clusters[0] : chooseCluster(clusters, options.cluster);
  if (initial !== undefined) await openScreen(clusters, initial, options);
};

/** Opens the screen; on a terminal that cannot draw one, prints the picture whenever it changes. */
export const openScreen = async (
  clusters: readonly Cluster[],
  initial: Cluster,
  options: ScreenOptions,
  demo?: DemoControl,
): Promise<void> => {
  const keymap = orFail(await chosenKeymap(options.keymap));
  if (process.env["TERM"] === "dumb") {
    const cluster = asAllowed(initial, options);
    await plainScreen(watchOver(cluster, openAccess(cluster)));
    return;
  }
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new CommandFailure([
      problem({
        what: "the console needs a terminal, and this is not one",
        fix: "midwatch status, or midwatch status --watch",
        exitCode: EXIT.usage,
      }),
    ]);
  }
  // React reads this when it is loaded, so it is set before the screen's first import.
  process.env["NODE_ENV"] = "production";
  const { openConsole } = await import("../ui/console.tsx");
  // One inventory for all clusters; what is wrong with a file of one's own is said by `midwatch run`, and costs it alone.
  const { kinds } = await loadProcedures(initial.source);
  const exit = await openConsole({
    clusters,
    initial: initial.name,
    open: (name, prompts) => openCluster(asAllowed(chooseCluster(clusters, name), options), options, prompts, kinds),
    keymap,
    display: displayFor(process.env, options),
    ...(demo === undefined ? {} : { demo }),
  });
  if (exit.reason === "failed") throw exit.error;
  if (exit.reason === "signal") process.exitCode = 128 + constants.signals[exit.signal];
};

/** One set of connections for what looks and for what acts: a gate sees what the screen shows. */
const openCluster = (
  cluster: Cluster,
  { readOnly }: ScreenOptions,
  prompts: Prompts,
  kinds: readonly ProcedureKind[],
): Opened => {
  const sessions = openSshSessions(cluster, { prompts });
  const access = accessThrough(cluster, sessions);
  const watch = watchOver(cluster, access);
  const within = { sessions, sight: sightOf(cluster, watch, access), kinds };
  return { watch, hand: handOf(cluster, readOnly === true, within) };
};

const watchOver = (cluster: Cluster, access: ReadAccess): Watch =>
  startWatch({ cluster, access, systems, ...recorderFor(cluster) });

const asAllowed = (cluster: Cluster, { readOnly }: ScreenOptions): Cluster =>
  readOnly === true ? { ...cluster, role: "viewer" } : cluster;

const plainScreen = async (watch: Watch): Promise<void> => {
  try {
    await printUntilInterrupted(watch, statusText, 10_000);
  } finally {
    await watch.close();
  }
};
