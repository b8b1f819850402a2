import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { describeSend } from "../connect/describe.ts";
import type { ChangeRecord } from "../connect/control.ts";
import { openLines, readLines } from "./lines.ts";
import type { EntryOf, JournalEntry, Unstamped } from "./journal-entry.ts";
import { replay, type Standing } from "./replay.ts";

/** The write-ahead record of one procedure. */
export interface Journal extends ChangeRecord {
  readonly id: string;
  readonly path: string;
  /** Resolves when it is on disk. */
  readonly write: (entry: Unstamped<JournalEntry>) => Promise<void>;
  /** Where the procedure stands, with everything written so far. */
  readonly standing: () => Promise<Standing>;
  readonly close: () => Promise<void>;
}

const FOLDER = "journal";

/** `20261121T020431Z-drain-web2-1f3a`: sorts by time, and two machines never make the same. */
export const procedureId = (procedure: string, subject: string, nowMs: number): string => {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${time}-${procedure}-${subject.replaceAll(/[^\w.-]/g, "_")}-${randomBytes(2).toString("hex")}`;
};

/** Begins a journal; its opening is on disk when this resolves. */
export const openJournal = async (
  stateDir: string,
  opened: Omit<EntryOf<"opened">, "kind" | "v" | "atMs">,
): Promise<Journal> => {
  const journal = await journalAt(stateDir, opened.id);
  await journal.write({ kind: "opened", v: 1, ...opened });
  return journal;
};

/** Goes on with one that is there. */
export const reopenJournal = async (
  stateDir: string,
  id: string,
  hand: Omit<EntryOf<"resumed">, "kind" | "atMs">,
): Promise<Journal> => {
  const journal = await journalAt(stateDir, id);
  await journal.write({ kind: "resumed", ...hand });
  return journal;
};

export const journalPath = (stateDir: string, id: string): string => join(stateDir, FOLDER, `${id}.jsonl`);

const journalAt = async (stateDir: string, id: string): Promise<Journal> => {
  const path = journalPath(stateDir, id);
  const before = replay(await readLines(path));
  const lines = await openLines(path);
  const write: Journal["write"] = (entry) => lines.append({ ...entry, atMs: Date.now() });
  let last = Math.max(0, ...(before?.changes.map(({ n }) => n) ?? []));
  const numbers = new WeakMap<object, number>();
  return {
    id,
    path,
    write,
    standing: async () => {
      const standing = replay(await readLines(path));
      if (standing === undefined) throw new Error(`${path} cannot be read`);
      return standing;
    },
    close: lines.close,
    before: async (order) => {
      last += 1;
      numbers.set(order, last);
      const { step = "", action = "", undo = false } = order.about ?? {};
      const { commandId: command, send, privilege, conceal } = order.ask;
      const sent = conceal === undefined ? describeSend(send, privilege) : command;
      await write({ kind: "change", n: last, step, action, target: order.target, command, sent, undo });
    },
    after: async (order, outcome) => {
      const n = numbers.get(order);
      if (n === undefined) return;
      const why = outcome.state === "done" ? {} : { why: outcome.why };
      await write({ kind: "result", n, state: outcome.state, ...why });
    },
  };
};

/** All procedures this machine has a journal of, the newest first. */
export const listJournals = async (stateDir: string): Promise<readonly Standing[]> => {
  const names = await readdir(join(stateDir, FOLDER)).catch((): readonly string[] => []);
  const standings: Standing[] = [];
  for (const name of names.filter((each) => each.endsWith(".jsonl")).toSorted()) {
    const standing = replay(await readLines(join(stateDir, FOLDER, name)));
    if (standing !== undefined) standings.push(standing);
  }
  return standings.toReversed();
};
