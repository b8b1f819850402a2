import type { Door } from "../connect/control.ts";
import type { Journal } from "../record/journal.ts";
import { whoIsHere, type Audit } from "../record/audit.ts";
import { takeClusterLock, type ClusterLock, type Locked } from "../record/lock.ts";
import type { Carrying } from "./carry.ts";

/** The cluster's lock for a procedure; `without` where somebody answers for going on without it. */
export type LockedFor = Locked | { readonly ok: true; readonly lock: undefined };

/** Takes the lock, and writes down how. */
export const lockFor = async (
  { cluster, procedure, takeOver, withoutLock }: Carrying,
  id: string,
  door: Door,
  audit: Audit,
): Promise<LockedFor> => {
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

/**
 * The journal, whose last line is written when the note beside the lock is gone: cut off between the two, it is resumed
 * from here and keeps nobody out. The other way round, a note would tell everybody of a procedure that has ended.
 */
export const noteGoesFirst = (journal: Journal, lock: Pick<ClusterLock, "clear"> | undefined): Journal => ({
  ...journal,
  write: async (entry) => {
    if (entry.kind === "closed") await lock?.clear();
    await journal.write(entry);
  },
});

const NO_LOCK_STORE = {
  ok: false,
  state: "unreachable",
  why: "the inventory has no Redis to keep the lock in (lock: in the inventory)",
} as const;
