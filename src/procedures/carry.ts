import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openControl, openDoor, type Door } from "../connect/control.ts";
import type { OperatorGrant } from "../connect/grant.ts";
import type { SshSessions } from "../connect/ssh/sessions.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { openAudit, whoIsHere, type Audit } from "../record/audit.ts";
import { openJournal, procedureId, reopenJournal, type Journal } from "../record/journal.ts";
import { takeClusterLock, type ClusterLock } from "../record/lock.ts";
import { stateFolder } from "../record/state-folder.ts";
import { runProcedure } from "./engine.ts";
import type { Ended, ProcedureEvent } from "./events.ts";
import type { Sight } from "./gates.ts";
import type { Procedure } from "./procedure.ts";
import { reportText } from "./report.ts";
import type { Decisions } from "./running.ts";

export interface Carrying {
  readonly cluster: Cluster;
  readonly procedure: Procedure;
  /** A new one, or one whose journal is there: gone on with, or taken back. */
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
      /** A Markdown file. */
      readonly report: string;
    }
  /** Nothing was sent: somebody else has the lock, or nobody can be asked for it. */
  | { readonly state: "refused"; readonly lock: "held" | "unfinished" | "unreachable"; readonly why: string };

/** Takes the cluster's lock, opens the journal and runs. Rejects when journal or audit cannot be written. */
export const carry = async (carrying: Carrying): Promise<Carried> => {
  const { cluster, procedure, begin, reason, grant, sessions } = carrying;
  const id = begin === "new" ? procedureId(procedure.name, procedure.subject, Date.now()) : begin.id;
  const scope = { cluster: cluster.name, role: cluster.role, reason, procedure: id };
  const audit = await openAudit(stateFolder(cluster.name), scope);
  const door = openDoor(cluster, sessions, grant);
  try {
    const locked = await lockFor(carrying, id, door, audit);
    if (!locked.ok) {
      await audit.event({ what: "refused", detail: `${procedure.title}: ${locked.why}` });
      return { state: "refused", lock: locked.state, why: locked.why };
    }
    const journal = await journalOf(carrying, id, locked.lock?.fence);
    try {
      const ended = await runLocked(carrying, id, { door, audit, journal, lock: locked.lock });
      await locked.lock?.release(ended.state !== "stopped" || ended.clean);
      return { state: "ran", id, ended, report: await writeReport(stateFolder(cluster.name), journal) };
    } finally {
      await journal.close();
    }
  } finally {
    door.close();
    await audit.close();
  }
};

const journalOf = async (
  { cluster, procedure, begin, reason }: Carrying,
  id: string,
  fence: number | undefined,
): Promise<Journal> => {
  const { user: operator, machine, pid } = whoIsHere();
  const hand = { operator, machine, pid, reason, ...(fence === undefined ? {} : { fence }) };
  const folder = stateFolder(cluster.name);
  if (begin === "new")
    return openJournal(folder, {
      id,
      procedure: procedure.name,
      subject: procedure.subject,
      cluster: cluster.name,
      params: procedure.params,
      steps: procedure.steps.map((step) => ({ id: step.id, title: step.title })),
      ...hand,
    });
  const journal = await reopenJournal(folder, id, hand);
  if (begin.how === "undo") await journal.write({ kind: "undoing", why: reason });
  return journal;
};

interface Held {
  readonly door: Door;
  readonly audit: Audit;
  readonly journal: Journal;
  readonly lock: ClusterLock | undefined;
}

const runLocked = async (carrying: Carrying, id: string, { door, audit, journal, lock }: Held): Promise<Ended> => {
  const { procedure, decisions, sight, emit, stop } = carrying;
  const { user: operator, machine } = whoIsHere();
  const about = { host: procedure.subject };
  await audit.event({ what: "procedure-begun", ...about, detail: procedure.title });
  const ended = await runProcedure(procedure, {
    journal,
    control: openControl({ door, forbidden: async () => lock?.forbidden(), records: [journal, audit] }),
    sight,
    emit,
    stop,
    lost: () => lock?.lost(),
    by: { operator, machine, procedure: id },
    note: async (step) => lock?.note(step),
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
  const lost = lock?.lost();
  if (lost !== undefined) await audit.event({ what: "lock-lost", detail: lost });
  const why = ended.state === "done" ? "" : `: ${ended.why}`;
  await audit.event({ what: "procedure-ended", ...about, detail: `${procedure.title}: ${ended.state}${why}` });
  return ended;
};

type Locked =
  | { readonly ok: true; readonly lock: ClusterLock | undefined }
  | { readonly ok: false; readonly state: "held" | "unfinished" | "unreachable"; readonly why: string };

const lockFor = async (carrying: Carrying, id: string, door: Door, audit: Audit): Promise<Locked> => {
  const { cluster, procedure, takeOver, withoutLock } = carrying;
  const { user: operator, machine, pid } = whoIsHere();
  const instance = cluster.lockRedis;
  const locked =
    instance === undefined
      ? NO_LOCK_STORE
      : await takeClusterLock({
          door,
          instance,
          cluster: cluster.name,
          procedure: id,
          title: procedure.title,
          hand: { operator, machine, pid },
          takeOver: takeOver !== undefined,
        });
  if (locked.ok) {
    await audit.event({ what: "lock-taken", detail: `token ${locked.lock.fence}` });
    if (takeOver !== undefined) await audit.event({ what: "taken-over", detail: takeOver });
    return locked;
  }
  if (locked.state === "unreachable" && withoutLock !== undefined) {
    await audit.event({ what: "without-lock", detail: `${withoutLock} (${locked.why})` });
    return { ok: true, lock: undefined };
  }
  return locked;
};

const NO_LOCK_STORE = {
  ok: false,
  state: "unreachable",
  why: "the inventory has no Redis to keep the lock in (lock: in the inventory)",
} as const;

const writeReport = async (folder: string, journal: Journal): Promise<string> => {
  const path = join(folder, "reports", `${journal.id}.md`);
  await mkdir(join(folder, "reports"), { recursive: true, mode: 0o700 });
  await writeFile(path, reportText(await journal.standing()), { mode: 0o600 });
  return path;
};
