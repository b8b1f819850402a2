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

/** As late as a timer can be. */
const NEVER_MS = 2 ** 31 - 1;

/** Prints the cluster's picture, once or whenever it changes; sets the exit code and closes the access. */
export const showStatus = async (cluster: Cluster, access: ReadAccess, options: LookOptions): Promise<void> => {
  const isWatch = options.watch === true;
  const watch = startWatch({
    cluster,
    access,
    systems,
    damped: isWatch,
    // A single look is made once, when it is asked for.
    ...(isWatch ? recorderFor(cluster) : { flushMs: NEVER_MS }),
  });
  const print = options.json === true ? jsonPrinter(isWatch) : statusText;
  try {
    if (isWatch) await printUntilInterrupted(watch, print, options.withinMs);
    else process.stdout.write(print(await watch.firstPicture(options.withinMs)));
    process.exitCode = statusExitCode(watch.store.getState().picture);
  } finally {
    await watch.close();
  }
};

const jsonPrinter =
  (oneLine: boolean) =>
  (picture: Picture): string =>
    `${JSON.stringify(statusReport(picture, midwatchVersion()), undefined, oneLine ? undefined : 2)}\n`;

/**
 * Prints the first picture, then again whenever what an operator would notice has changed: severity, a finding, a link.
 * Ends on Ctrl-C, which is heeded from before the first line: whoever reads it may have seen enough.
 */
export const printUntilInterrupted = async (
  watch: Watch,
  print: (picture: Picture) => string,
  withinMs: number,
): Promise<void> => {
  const end = interrupted();
  const first = await Promise.race([end, watch.firstPicture(withinMs)]);
  if (first === undefined) return;
  let shown = noticed(first);
  process.stdout.write(print(first));
  const unsubscribe = watch.store.subscribe(({ picture }) => {
    const now = noticed(picture);
    if (now === shown) return;
    shown = now;
    process.stdout.write(print(picture));
  });
  await end;
  unsubscribe();
};

const noticed = (picture: Picture): string =>
  JSON.stringify([
    picture.overall,
    picture.findings.map(({ id, subject, severity }) => [id, subject, severity]),
    picture.systems.map(({ id, pane }) => [id, pane.severity]),
    picture.hosts.map(({ name, link }) => [name, link.state]),
  ]);

const interrupted = (): Promise<undefined> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(undefined));
    // Nobody reads any more, as in `midwatch status --watch | head`.
    process.stdout.once("error", () => resolve(undefined));
  });
