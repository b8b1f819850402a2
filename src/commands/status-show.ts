import type { ReadAccess } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { systems } from "../systems/registry.ts";
import type { Picture } from "../watch/picture.ts";
import { startWatch, type Watch } from "../watch/watch.ts";
import { recorderFor } from "./recorder.ts";
import { statusExitCode, statusReport } from "./status-report.ts";
import { statusText } from "./status-text.ts";
import { midwatchVersion } from "./version.ts";

export interface LookOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly withinMs: number;
}

/** Prints the cluster's picture, once or whenever it changes; sets the exit code and closes the access. */
export const showStatus = async (cluster: Cluster, access: ReadAccess, options: LookOptions): Promise<void> => {
  const isWatch = options.watch === true;
  const watch = startWatch({
    cluster,
    access,
    systems,
    damped: isWatch,
    ...(isWatch ? recorderFor(cluster) : {}),
  });
  const print = options.json === true ? jsonPrinter(isWatch) : statusText;
  try {
    const picture = await watch.firstPicture(options.withinMs);
    process.stdout.write(print(picture));
    if (isWatch) await printChanges(watch, print);
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
