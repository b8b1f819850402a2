import { parseLine } from "./lines.ts";
import { journalEntrySchema, type EntryOf, type JournalEntry } from "./journal-entry.ts";

/** One change as the journal has it. */
export interface JournaledChange extends Omit<EntryOf<"change">, "kind"> {
  /** Absent: written down, and nobody knows whether it was sent or taken. */
  readonly outcome?: EntryOf<"result">["state"];
}

/** Where a procedure stands, by its journal alone. */
export interface Standing {
  readonly opened: EntryOf<"opened">;
  /** Who worked on it last. */
  readonly hand: Pick<EntryOf<"opened">, "operator" | "machine" | "pid" | "reason" | "fence" | "mark">;
  readonly phase: "running" | "stopped" | "undoing" | "closed";
  /** The step that was begun last; absent before the first. */
  readonly step?: string;
  readonly finished: ReadonlySet<string>;
  readonly leftOut: ReadonlySet<string>;
  /** By step: what was answered, the last answer counts. */
  readonly answers: ReadonlyMap<string, string>;
  readonly overridden: ReadonlySet<string>;
  readonly changes: readonly JournaledChange[];
  readonly gates: readonly EntryOf<"gate">[];
  /** Why it stopped or how it ended. */
  readonly why?: string;
  readonly result?: EntryOf<"closed">["result"];
  readonly lastAtMs: number;
  /** Lines that could not be read: the last one cut by a crash, which was never acted on, or damage. */
  readonly unreadable: number;
}

/**
 * Lines → where the procedure stands. A line that was cut was never acted on, because nothing is sent before its line
 * is whole on disk; so it is left out. Undefined when not even the opening can be read: then nothing was sent either.
 */
export const replay = (lines: readonly string[]): Standing | undefined => {
  let standing: Standing | undefined;
  let unreadable = 0;
  for (const line of lines) {
    const read = journalEntrySchema.safeParse(parseLine(line));
    if (!read.success) unreadable += 1;
    else if (read.data.kind === "opened") standing ??= begun(read.data);
    else if (standing === undefined) unreadable += 1;
    else standing = { ...after(standing, read.data), lastAtMs: read.data.atMs };
  }
  return standing === undefined ? undefined : { ...standing, unreadable };
};

/** Whether it may have reached the other side; a change without a result may, too. */
export const wasSent = ({ outcome }: JournaledChange): boolean => outcome !== "refused" && outcome !== "failed";

/**
 * Index of the step it stands at: the one that was begun last, or, where that one is over, the next one, which waited to
 * be begun. −1 before the first.
 */
export const stepIndex = ({ opened: { steps }, step, phase, finished, leftOut }: Standing): number => {
  const last = steps.findIndex(({ id }) => id === step);
  const isOver = (id: string): boolean => finished.has(id) || leftOut.has(id);
  if (last < 0 || phase === "undoing" || !isOver(step ?? "")) return last;
  const next = steps.findIndex(({ id }, i) => i > last && !isOver(id));
  return next < 0 ? last : next;
};

const begun = (opened: EntryOf<"opened">): Standing => ({
  opened,
  hand: handOf(opened),
  phase: "running",
  finished: new Set(),
  leftOut: new Set(),
  answers: new Map(),
  overridden: new Set(),
  changes: [],
  gates: [],
  lastAtMs: opened.atMs,
  unreadable: 0,
});

const handOf = ({ operator, machine, pid, reason, fence, mark }: Standing["hand"]): Standing["hand"] => ({
  operator,
  machine,
  pid,
  reason,
  ...(fence === undefined ? {} : { fence }),
  ...(mark === undefined ? {} : { mark }),
});

const after = (standing: Standing, entry: Exclude<JournalEntry, { kind: "opened" }>): Standing => {
  switch (entry.kind) {
    case "resumed":
      return { ...standing, hand: handOf(entry), phase: standing.phase === "undoing" ? "undoing" : "running" };
    case "step":
      return afterStep(standing, entry);
    case "gate":
      return {
        ...standing,
        gates: [...standing.gates, entry],
        overridden: entry.state === "overridden" ? new Set([...standing.overridden, entry.gate]) : standing.overridden,
      };
    case "change": {
      const { kind: _kind, ...change } = entry;
      return { ...standing, changes: [...standing.changes, change] };
    }
    case "result":
      return {
        ...standing,
        changes: standing.changes.map((change) =>
          change.n === entry.n ? { ...change, outcome: entry.state } : change,
        ),
      };
    case "answer":
      return { ...standing, answers: new Map([...standing.answers, [entry.step, entry.answer]]) };
    case "undoing":
      return { ...standing, phase: "undoing", why: entry.why };
    case "stopped":
      return { ...standing, phase: standing.phase === "undoing" ? "undoing" : "stopped", why: entry.why };
    case "closed":
      return {
        ...standing,
        phase: "closed",
        result: entry.result,
        ...(entry.why === undefined ? {} : { why: entry.why }),
      };
  }
};

const afterStep = (standing: Standing, { step, state }: EntryOf<"step">): Standing => {
  const finished = new Set(standing.finished);
  const leftOut = new Set(standing.leftOut);
  finished.delete(step);
  leftOut.delete(step);
  if (state === "done") finished.add(step);
  if (state === "left-out") leftOut.add(step);
  return { ...standing, step, finished, leftOut };
};
