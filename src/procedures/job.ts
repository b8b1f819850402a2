import { ask, type Parsed } from "../connect/command.ts";
import { duration } from "../systems/format.ts";
import { clearFailedJob, jobLines, jobState, startJob, type Job } from "../systems/host/jobs.ts";
import type { JobState } from "../systems/host/parse-job.ts";
import { readOnce } from "./read-once.ts";
import type { Action, Gate, GateValue, Reads } from "./procedure.ts";

export interface JobOnHost extends Job {
  readonly host: string;
  /** What it is to come to, in words: `the packages are upgraded`. */
  readonly wanted: string;
  /** How long it may take before somebody must decide; it goes on meanwhile. */
  readonly deadlineMs: number;
  /**
   * Whether its work is done whatever the unit says: a reboot forgets units, and somebody may have done it by hand.
   * Undefined: not known.
   */
  readonly isDone?: (reads: Reads) => Promise<boolean | undefined>;
}

const stateOf = ({ host, unit }: JobOnHost, reads: Reads): Promise<Parsed<JobState>> =>
  readOnce(reads, host, jobState, { unit });

/**
 * Starts it, unless it runs, has ended well or has nothing left to do; one that failed is forgotten first, so that
 * running the step again tries again.
 */
export const jobActions = (job: JobOnHost): readonly Action[] => [
  {
    id: `forget a failed ${job.unit}`,
    target: job.host,
    ask: ask(clearFailedJob, { unit: job.unit }),
    already: async (_view, reads) => {
      const state = await stateOf(job, reads);
      return state.ok ? state.value.state !== "failed" : undefined;
    },
  },
  {
    id: `start ${job.unit}`,
    target: job.host,
    ask: ask(startJob, job),
    onlyKnown: true,
    already: async (_view, reads) => {
      const state = await stateOf(job, reads);
      if (!state.ok) return undefined;
      if (state.value.state === "running" || state.value.state === "ended-well") return true;
      return state.value.state === "absent" && job.isDone !== undefined ? job.isDone(reads) : false;
    },
  },
];

/** Between two looks. */
const EVERY_MS = 1_500;
/** A unit that was just ordered is there by then. */
const BEGIN_MS = 20_000;

/** Open when it ended well; closed, with how it ended and its last lines, when not. Its lines as they come. */
export const jobEnded = (job: JobOnHost): Gate => ({
  id: `job ${job.unit}`,
  wanted: job.wanted,
  deadlineMs: job.deadlineMs,
  watch: (reads) => {
    const begunMs = performance.now();
    let said: GateValue = { state: "unknown", value: "asked, no answer yet" };
    let nextMs = 0;
    const look = async (): Promise<void> => {
      nextMs = Number.POSITIVE_INFINITY;
      const [state, lines] = await Promise.all([
        stateOf(job, reads),
        readOnce(reads, job.host, jobLines, { unit: job.unit }),
      ]);
      const output = lines.ok ? lines.value : [`its lines cannot be read: ${lines.problem}`];
      const elapsedMs = performance.now() - begunMs;
      const absent = state.ok && state.value.state === "absent";
      const isDone = absent ? await job.isDone?.(reads) : undefined;
      said = { ...judge(state, isDone, elapsedMs, lines.ok ? lines.value : []), output };
      nextMs = performance.now() + EVERY_MS;
    };
    return () => {
      if (performance.now() >= nextMs) void look();
      return said;
    };
  },
});

const judge = (
  state: Parsed<JobState>,
  isDone: boolean | undefined,
  elapsedMs: number,
  lines: readonly string[],
): GateValue => {
  if (!state.ok) return { state: "unknown", value: `not known whether it still runs: ${state.problem}` };
  switch (state.value.state) {
    case "running":
      return { state: "waiting", value: lastWords(`running for ${duration(elapsedMs)}`, lines.slice(-1)) };
    case "ended-well":
      return { state: "open", value: "ended well" };
    case "failed": {
      const { result, status } = state.value;
      const how = result === "exit-code" ? `ended with exit code ${status}` : `ended by ${result} (${status})`;
      return { state: "closed", value: lastWords(how, causeIn(lines)) };
    }
    case "absent":
      if (isDone === true) return { state: "open", value: "done: nothing is left of it to do" };
      return elapsedMs < BEGIN_MS
        ? { state: "waiting", value: "not begun yet" }
        : { state: "closed", value: "it is not there: not begun, or cleared, or the host was rebooted in between" };
  }
};

/** What went wrong stands where it did, which is seldom at the end; systemd's own lines say nothing of it. */
const causeIn = (lines: readonly string[]): readonly string[] => {
  const own = lines.filter((line) => !/^midwatch-\S+\.service: /.test(line));
  const at = own.findIndex((line) => /\berror\b|^E: |cannot|\bfailed\b|No space left/i.test(line));
  return at < 0 ? own.slice(-4) : own.slice(at, at + 4);
};

const lastWords = (how: string, lines: readonly string[]): string =>
  lines.length === 0 ? how : `${how}: ${lines.join(" / ")}`;
