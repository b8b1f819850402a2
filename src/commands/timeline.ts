import { durationSchema } from "../inventory/units.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { stateFolder } from "../record/state-folder.ts";
import { readTimeline } from "../record/timeline.ts";
import { clockTime, localDay } from "../ui/clock.ts";
import { eventWords, type TimelineEvent } from "../watch/event.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { columns, WORD } from "./status-text.ts";

export interface TimelineOptions extends ClusterChoice {
  readonly since: string;
  readonly json?: boolean;
}

/** `midwatch timeline`: what consoles on this machine noticed of a cluster. Asks no host. */
export const runTimeline = async (options: TimelineOptions): Promise<void> => {
  const agoMs = durationSchema.safeParse(options.since);
  if (!agoMs.success) {
    throw new CommandFailure([
      problem({ what: `--since ${options.since}: expected a duration such as "2h"`, exitCode: EXIT.usage }),
    ]);
  }
  const { name } = chooseCluster(await loadClusters(options), options.cluster);
  const folder = stateFolder(name);
  const events = await readTimeline(folder, Date.now() - agoMs.data).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure([problem({ what: `the timeline cannot be read: ${why}`, exitCode: EXIT.config })]);
  });
  if (options.json === true) process.stdout.write(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  else process.stdout.write(events.length === 0 ? noneText(name, options.since) : timelineText(events));
};

const noneText = (cluster: string, since: string): string =>
  `nothing in the last ${since}: a console on ${cluster}, or midwatch status --watch, writes it down\n`;

/** `2027-01-15 02:10:19  CRITICAL  web3  galera  Synced → stopped`, in local time. */
export const timelineText = (events: readonly TimelineEvent[]): string => {
  const rows = events.map((event) => [
    `${localDay(event.atMs)} ${clockTime(event.atMs)}`,
    WORD[event.severity],
    event.host ?? "",
    event.system,
    eventWords(event),
  ]);
  return columns(rows)
    .map((line) => `${line.trimStart()}\n`)
    .join("");
};
