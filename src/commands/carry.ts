import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openControl, openDoor, type Door } from "../connect/control.ts";
import { grantOperator } from "../connect/grant.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { runProcedure } from "../procedures/engine.ts";
import type { Ended } from "../procedures/events.ts";
import type { Procedure } from "../procedures/procedure.ts";
import { reportText } from "../procedures/report.ts";
import { openAudit, whoIsHere, type Audit } from "../record/audit.ts";
import type { Journal } from "../record/journal.ts";
import { takeClusterLock, type ClusterLock } from "../record/lock.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { decisionsOf } from "./person.ts";
import { endExitCode, endText, eventPrinter } from "./procedure-text.ts";
import { refuse } from "./refuse.ts";
import type { Workplace } from "./workplace.ts";

export interface Carrying {
  readonly cluster: Cluster;
  readonly procedure: Procedure;
  /** The procedure's id. */
  readonly id: string;
  readonly reason: string;
  readonly options: ActOptions;
  readonly workplace: Workplace;
  /** Opens the journal, new or again, once the lock is had. */
  readonly journal: (fence: number | undefined) => Promise<Journal>;
}

/** Unlocks, takes the lock, opens the journal and runs; prints what happens and sets the exit code. */
export const carry = async (carrying: Carrying): Promise<void> => {
  const { cluster, procedure, id, reason, workplace } = carrying;
  const folder = stateFolder(cluster.name);
  const audit = await openAudit(folder, { cluster: cluster.name, role: cluster.role, reason, procedure: id });
  const granted = grantOperator(cluster, whoIsHere().user, reason);
  if (!granted.ok) return refuse(cluster, procedure.title, granted.why);
  await audit.event({ what: "unlocked", host: procedure.host, detail: procedure.title });
  const door = openDoor(cluster, workplace.sessions, granted.grant);
  try {
    const lock = await lockOrRefuse(carrying, door, audit);
    const ended = await runLocked(carrying, door, audit, lock);
    await lock?.release(ended.state !== "stopped" || ended.clean);
    process.exitCode = endExitCode(ended);
  } finally {
    door.close();
    await audit.close();
  }
};

const runLocked = async (
  carrying: Carrying,
  door: Door,
  audit: Audit,
  lock: ClusterLock | undefined,
): Promise<Ended> => {
  const { cluster, procedure, id, options, workplace } = carrying;
  const journal = await carrying.journal(lock?.fence);
  const stopping = stopOnSignal();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const { user: operator, machine } = whoIsHere();
  try {
    await audit.event({ what: "procedure-begun", host: procedure.host, detail: procedure.title });
    const ended = await runProcedure(procedure, {
      journal,
      control: openControl({
        door,
        forbidden: async () => lock?.forbidden(),
        records: [journal, audit],
      }),
      sight: workplace.sight,
      emit: eventPrinter(print),
      stop: stopping.signal,
      lost: () => lock?.lost(),
      by: { operator, machine, procedure: id },
      note: async (step) => lock?.note(step),
      decisions: decisionsOf(procedure.host, options, stopping.signal, (detail) =>
        audit.event({ what: "overridden", host: procedure.host, detail }),
      ),
    });
    const lost = lock?.lost();
    if (lost !== undefined) await audit.event({ what: "lock-lost", detail: lost });
    const text = endText(procedure, ended);
    await audit.event({ what: "procedure-ended", host: procedure.host, detail: text });
    print(text);
    print(`report: ${await writeReport(stateFolder(cluster.name), journal)}`);
    return ended;
  } finally {
    stopping.end();
    await journal.close();
  }
};

const lockOrRefuse = async (
  { cluster, procedure, id, options }: Carrying,
  door: Door,
  audit: Audit,
): Promise<ClusterLock | undefined> => {
  const { takeOver, withoutLock } = options;
  const { user: operator, machine, pid } = whoIsHere();
  const instance = cluster.redis.find(({ purpose }) => purpose === "sessions")?.name;
  const locked =
    instance === undefined
      ? ({
          ok: false,
          state: "unreachable",
          why: "the inventory has no Redis for sessions to keep the lock in",
        } as const)
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
    return locked.lock;
  }
  if (locked.state === "unreachable" && withoutLock !== undefined) {
    await audit.event({ what: "without-lock", detail: `${withoutLock} (${locked.why})` });
    return undefined;
  }
  const fix = locked.state === "unreachable" ? "--without-lock WHY, if nobody else is at it" : "--take-over WHY";
  return refuse(cluster, procedure.title, locked.why, fix);
};

const writeReport = async (folder: string, journal: Journal): Promise<string> => {
  const path = join(folder, "reports", `${journal.id}.md`);
  await mkdir(join(folder, "reports"), { recursive: true, mode: 0o700 });
  await writeFile(path, reportText(await journal.standing()), { mode: 0o600 });
  return path;
};

/** The first signal stops at the next safe point, a second one ends the process: the journal knows what it was at. */
const stopOnSignal = (): { readonly signal: AbortSignal; readonly end: () => void } => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stdout.write("stopping at the next safe point; once more ends at once\n");
    controller.abort();
  };
  // Nobody reads any more (a lost terminal, `| head`): not a reason to die in the middle, but to stop.
  process.stdout.on("error", () => controller.abort());
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    end: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
};
