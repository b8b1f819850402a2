import { constants } from "node:os";
import { openAccess } from "../connect/open.ts";
import type { Prompts } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { systems } from "../systems/registry.ts";
import { displayFor } from "../ui/theme.ts";
import { startWatch, type Watch } from "../watch/watch.ts";
import { chooseCluster, loadClusters, orFail, type ClusterChoice } from "./choose.ts";
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
    await plainScreen(openWatch(asAllowed(initial, options)));
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
  const exit = await openConsole({
    clusters,
    initial: initial.name,
    open: (name, prompts) => openWatch(asAllowed(chooseCluster(clusters, name), options), prompts),
    keymap,
    display: displayFor(process.env, options),
    ...(demo === undefined ? {} : { demo }),
  });
  if (exit.reason === "failed") throw exit.error;
  if (exit.reason === "signal") process.exitCode = 128 + constants.signals[exit.signal];
};

const openWatch = (cluster: Cluster, prompts?: Prompts): Watch =>
  startWatch({
    cluster,
    access: openAccess(cluster, prompts === undefined ? {} : { prompts }),
    systems,
    ...recorderFor(cluster),
  });

const asAllowed = (cluster: Cluster, { readOnly }: ScreenOptions): Cluster =>
  readOnly === true ? { ...cluster, role: "viewer" } : cluster;

const plainScreen = async (watch: Watch): Promise<void> => {
  try {
    await printUntilInterrupted(watch, statusText, 10_000);
  } finally {
    await watch.close();
  }
};
