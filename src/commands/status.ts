import { openAccess } from "../connect/open.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { durationSchema } from "../inventory/units.ts";
import { systems } from "../systems/registry.ts";
import type { Picture } from "../watch/picture.ts";
import { startWatch, type Watch } from "../watch/watch.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { recorderFor } from "./recorder.ts";
import { statusExitCode, statusReport } from "./status-report.ts";
import { statusText } from "./status-text.ts";
import { midwatchVersion } from "./version.ts";

export interface StatusOptions extends ClusterChoice {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly within: string;
}

/** `midwatch status`: asks everything once (or goes on with --watch), prints, ends with the exit code of the picture. */
export const runStatus = async (options: StatusOptions): Promise<void> => {
  const withinMs = durationSchema.safeParse(options.within);
  if (!withinMs.success) {
    throw new CommandFailure([
      problem({ what: `--within ${options.within}: expected a duration such as "10s"`, exitCode: EXIT.usage }),
    ]);
  }
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const watch = startWatch({
    cluster,
    access: openAccess(cluster, {}),
    systems,
    damped: options.watch === true,
    ...(options.watch === true ? recorderFor(cluster) : {}),
  });
  const print = options.json === true ? jsonPrinter(options.watch === true) : statusText;
  try {
    const picture = await watch.firstPicture(withinMs.data);
    process.stdout.write(print(picture));
    if (options.watch === true) await printChanges(watch, print);
    process.exitCode = statusExitCode(watch.store.getState().picture);
  } finally {
    await watch.close();
  }
};

const jsonPrinter =
  (oneLine: boolean) =>
  (picture: Picture): string =>
    `${JSON.stringify(statusReport(picture, midwatchVersion()), undefined, oneLine ? undefined : 2)}\n`;

/** Prints whenever what an operator would notice has changed: severity, headline, a finding, a summary. Ends on Ctrl-C. */
export const printChanges = async (watch: Watch, print: (picture: Picture) => string): Promise<void> => {
  let shown = noticed(watch.store.getState().picture);
  const unsubscribe = watch.store.subscribe(({ picture }) => {
    const now = noticed(picture);
    if (now === shown) return;
    shown = now;
    process.stdout.write(print(picture));
  });
  await interrupted();
  unsubscribe();
};

const noticed = (picture: Picture): string =>
  JSON.stringify([
    picture.overall,
    picture.findings.map(({ id, subject, severity }) => [id, subject, severity]),
    picture.systems.map(({ id, pane }) => [id, pane.severity]),
    picture.hosts.map(({ name, link }) => [name, link.state]),
  ]);

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
    // Nobody reads any more, as in `midwatch status --watch | head`.
    process.stdout.once("error", () => resolve());
  });
