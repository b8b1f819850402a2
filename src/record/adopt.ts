import type { EntryOf } from "./journal-entry.ts";
import { journalPath } from "./journal.ts";
import { openLines, readLines } from "./lines.ts";
import { entriesOf, type LockNote } from "./lock-note.ts";
import { replay } from "./replay.ts";

/**
 * Makes, from the note beside the cluster's lock, the journal of a procedure that was begun on another machine; adds
 * to one that is there what was done elsewhere since. False when the note has not what it takes.
 */
export const adoptJournal = async (
  stateDir: string,
  cluster: string,
  note: LockNote,
  steps: EntryOf<"opened">["steps"],
): Promise<boolean> => {
  const path = journalPath(stateDir, note.procedure);
  const here = replay(await readLines(path));
  // Whoever had the lock last knows most.
  if (here !== undefined && (here.hand.fence ?? 0) >= note.fence) return true;
  if (note.essentials === undefined) return false;
  const entries = entriesOf(note, note.essentials, cluster, steps);
  const before = Math.max(0, ...(here?.changes.map(({ n }) => n) ?? []));
  const { operator, machine, fence, essentials, atMs } = note;
  const lines = await openLines(path);
  try {
    if (here !== undefined)
      await lines.append({
        kind: "resumed",
        atMs,
        operator,
        machine,
        pid: essentials.pid,
        reason: essentials.reason,
        fence,
      });
    for (const entry of entries) {
      if (here !== undefined && entry.kind === "opened") continue;
      await lines.append("n" in entry ? { ...entry, n: before + entry.n } : entry);
    }
  } finally {
    await lines.close();
  }
  return true;
};
