import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  openControl,
  openDoor,
  type ChangeOutcome,
  type ChangeRecord,
  type Door,
  type Order,
} from "../connect/control.ts";
import { renewGrant, type OperatorGrant } from "../connect/grant.ts";
import type { SshSessions } from "../connect/ssh/sessions.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { openAudit, whoIsHere, type Audit } from "../record/audit.ts";
import { adoptJournal } from "../record/adopt.ts";
import { processMark } from "../record/is-running.ts";
import { openJournal, procedureId, reopenJournal, type Journal } from "../record/journal.ts";
import { CannotRecord } from "../record/lines.ts";
import type { ClusterLock } from "../record/lock.ts";
import type { LockNote } from "../record/lock-note.ts";
import { stateFolder } from "../record/state-folder.ts";
import { lockFor, noteGoesFirst } from "./carry-lock.ts";
import { runProcedure } from "./engine.ts";
import type { Ended, ProcedureEvent } from "./events.ts";
import type { Sight } from "./gates.ts";
import type { Procedure } from "./procedure.ts";
import { reportText } from "./report.ts";
import type { Decisions } from "./running.ts";

export interface Carrying {
  readonly cluster: Cluster;
  readonly procedure: Procedure;
  /** A new one, or one that was begun, here or by the note beside the lock: gone on with, or taken back. */
  readonly begin: "new" | { readonly id: string; readonly how: "resume" | "undo" };
  readonly reason: string;
  readonly grant: OperatorGrant;
  readonly sessions: SshSessions;
  readonly sight: Sight;
  /** Why the cluster's lock may be taken from whoever has it. */
  readonly takeOver?: string | undefined;
  /** Why it may go on where the lock cannot be reached. */
  readonly withoutLock?: string | undefined;
  readonly decisions: Decisions;
  readonly emit: (event: ProcedureEvent) => void;
  /** Ends it at the next safe point. */
  readonly stop: AbortSignal;
}

export type Carried =
  | {
      readonly state: "ran";
      /** The journal's, to go on with or to take back. */
      readonly id: string;
      readonly ended: Ended;
      /** The path of a Markdown file; where it could not be written, why. */
      readonly report: string;
    }
  /** Nothing was sent: somebody else has the lock, or nobody can be asked for it. */
  | { readonly state: "refused"; readonly lock: "held" | "unfinished" | "unreachable"; readonly why: string }
  /** It stopped because journal or audit can no longer be written. */
  | {
      readonly state: "unrecorded";
      readonly id: string;
      /** Names the file, and what is wrong with it. */
      readonly why: string;
      /** What had left by then, in this run; what became of the last may not be in writing. */
      readonly sent: readonly Sent[];
    };

export interface Sent {
  readonly order: Order;
  /** Absent: on its way. */
  readonly outcome?: ChangeOutcome;
}

/** Takes the cluster's lock, opens the journal and runs. */
export const carry = async (carrying: Carrying): Promise<Carried> => {
  const { procedure, begin } = carrying;
  const id = begin === "new" ? procedureId(procedure.name, procedure.subject, Date.now()) : begin.id;
  const memory = rememberSent();
  try {
    return await carryRecorded(carrying, id, memory.record);
  } catch (error) {
    if (!(error instanceof CannotRecord)) throw error;
    return { state: "unrecorded", id, why: error.message, sent: memory.sent() };
  }
};

/** For when nothing else can be written. */
const rememberSent = (): { readonly record: ChangeRecord; readonly sent: () => readonly Sent[] } => {
  const sent = new Map<Order, Sent>();
  return {
    record: {
      before: async () => undefined,
      after: async (order, outcome) => void sent.set(order, { order, outcome }),
    },
    sent: () => [...sent.values()].filter(({ outcome }) => outcome?.state !== "refused"),
  };
};

const carryRecorded = async (carrying: Carrying, id: string, memory: ChangeRecord): Promise<Carried> => {
  const { cluster, procedure, reason, grant, sessions } = carrying;
  const scope = { cluster: cluster.name, role: cluster.role, reason, procedure: id };
  const audit = await openAudit(stateFolder(cluster.name), scope);
  const door = openDoor(cluster, sessions, grant);
  let lock: ClusterLock | undefined;
  let ended: Ended | undefined;
  try {
    const locked = await lockFor(carrying, id, door, audit);
    if (!locked.ok) {
      await audit.event({ what: "refused", detail: `${procedure.title}: ${locked.why}` });
      return { state: "refused", lock: locked.state, why: locked.why };
    }
    lock = locked.lock;
    const journal = await journalOf(carrying, id, lock, "note" in locked ? locked.note : undefined);
    try {
      ended = await runLocked(carrying, id, { door, audit, journal, memory, lock });
      return { state: "ran", id, ended, report: await writeReport(stateFolder(cluster.name), journal) };
    } finally {
      await journal.close();
    }
  } finally {
    await lock?.release(ended !== undefined && (ended.state !== "stopped" || ended.clean));
    door.close();
    await audit.close();
  }
};

const journalOf = async (
  { cluster, procedure, begin, reason }: Carrying,
  id: string,
  lock: ClusterLock | undefined,
  note: LockNote | undefined,
): Promise<Journal> => {
  const { user: operator, machine, pid } = whoIsHere();
  const mark = processMark(pid);
  const hand = {
    operator,
    machine,
    pid,
    reason,
    ...(lock === undefined ? {} : { fence: lock.fence }),
    ...(mark === undefined ? {} : { mark }),
  };
  const folder = stateFolder(cluster.name);
  const steps = procedure.steps.map((step) => ({ id: step.id, title: step.title }));
  if (begin === "new")
    return openJournal(folder, {
      id,
      procedure: procedure.name,
      subject: procedure.subject,
      cluster: cluster.name,
      params: procedure.params,
      steps,
      ...hand,
    });
  if (note?.procedure === id) await adoptJournal(folder, cluster.name, note, steps);
  const journal = await reopenJournal(folder, id, hand);
  if (begin.how === "undo") await journal.write({ kind: "undoing", why: reason });
  return journal;
};

interface Held {
  readonly door: Door;
  readonly audit: Audit;
  readonly journal: Journal;
  readonly memory: ChangeRecord;
  readonly lock: ClusterLock | undefined;
}

const runLocked = async (carrying: Carrying, id: string, held: Held): Promise<Ended> => {
  const { procedure, decisions, sight, grant, stop } = carrying;
  const { door, audit, journal, memory, lock } = held;
  const { user: operator, machine } = whoIsHere();
  const about = { host: procedure.subject };
  await audit.event({ what: "procedure-begun", ...about, detail: procedure.title });
  // What is written here is to be known on other machines too, before and after every change.
  const note = async (): Promise<void> => lock?.note(await journal.standing());
  const records = [memory, journal, audit, { before: note, after: note }];
  const ended = await runProcedure(procedure, {
    journal: noteGoesFirst(journal, lock),
    control: openControl({ door, forbidden: async () => lock?.forbidden(), records }),
    sight,
    emit: (event) => {
      // Under a procedure that runs, an operator's time does not run out.
      renewGrant(grant);
      carrying.emit(event);
    },
    stop,
    lost: () => lock?.lost(),
    by: { operator, machine, procedure: id },
    note,
    decisions: {
      ...decisions,
      override: async (step, gate, now) => {
        const why = await decisions.override(step, gate, now);
        if (why !== undefined)
          await audit.event({ what: "overridden", ...about, detail: `${why} (${gate.wanted}: ${now.value})` });
        return why;
      },
    },
  });
  if (ended.state === "stopped" && !ended.clean) await note();
  const lost = lock?.lost();
  if (lost !== undefined) await audit.event({ what: "lock-lost", detail: lost });
  const why = ended.state === "done" ? "" : `: ${ended.why}`;
  await audit.event({ what: "procedure-ended", ...about, detail: `${procedure.title}: ${ended.state}${why}` });
  return ended;
};

const writeReport = async (folder: string, journal: Journal): Promise<string> => {
  const path = join(folder, "reports", `${journal.id}.md`);
  try {
    await mkdir(join(folder, "reports"), { recursive: true, mode: 0o700 });
    await writeFile(path, reportText(await journal.standing()), { mode: 0o600 });
    return path;
  } catch (error) {
    return `not written: ${error instanceof Error ? error.message : String(error)}`;
  }
};
