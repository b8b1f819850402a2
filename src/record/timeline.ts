import { randomBytes } from "node:crypto";
import { cleanLine } from "../connect/clean.ts";
import type { TimelineEvent } from "../watch/event.ts";
import { RECENT, type Recorder } from "../watch/recorder.ts";
import { eventLine, oncePerEvent, parseEventLine } from "./event-line.ts";
import { appendLines, readLines } from "./timeline-files.ts";

/** Events that wait for a disk that takes nothing; older ones are given up first. */
const WAITING = 2_000;
/** A file system that hangs must not hold up whoever quits. */
const CLOSE_WITHIN_MS = 1_000;

/** Events since `sinceMs` (ms since the epoch), oldest first. Rejects when what is there cannot be read. */
export const readTimeline = async (folder: string, sinceMs = 0): Promise<readonly TimelineEvent[]> =>
  eventsIn(await readLines(folder)).filter(({ atMs }) => atMs >= sinceMs);

const eventsIn = (lines: readonly string[]): readonly TimelineEvent[] =>
  oncePerEvent(lines.map((line) => parseEventLine(line)).filter((each) => each !== undefined));

/**
 * Keeps the timeline in a folder, as JSON lines. What could not be written waits for the next write, so that a disk
 * that was full for a while leaves no hole.
 */
export const openTimeline = (folder: string): Recorder => {
  const run = randomBytes(4).toString("hex");
  let waiting: readonly string[] = [];
  let problem: string | undefined;

  // Read before the first write, so that nothing of this run is among it.
  const past = readLines(folder).then(
    (lines) =>
      eventsIn(lines.slice(-2 * RECENT))
        .toReversed()
        .slice(0, RECENT),
    (error: unknown) => {
      problem = `the timeline of earlier runs cannot be read: ${reasonOf(error)}`;
      return [];
    },
  );
  const writeWaiting = async (): Promise<void> => {
    const batch = waiting;
    if (batch.length === 0) return;
    waiting = [];
    try {
      await appendLines(folder, batch.join(""));
    } catch (error) {
      waiting = [...batch, ...waiting].slice(-WAITING);
      problem ??= `the timeline is not kept: ${reasonOf(error)}`;
    }
  };
  let written: Promise<void> = past.then(() => undefined);
  const write = (): Promise<void> => {
    written = written.then(writeWaiting);
    return written;
  };
  return {
    past,
    write: (events) => {
      waiting = [...waiting, ...events.map((event) => eventLine({ run, event }))].slice(-WAITING);
      void write();
    },
    problem: () => problem,
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      });
      await Promise.race([write(), late]);
      clearTimeout(timer);
    },
  };
};

const reasonOf = (error: unknown): string => cleanLine(error instanceof Error ? error.message : String(error));
