import type { Outcome, ReadAccess } from "../connect/access.ts";
import { ask } from "../connect/command.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { lockKeys, lookAtLock } from "./lock-commands.ts";
import { readNote, type LockNote } from "./lock-note.ts";
import { readLockValue, type LockValue } from "./lock-value.ts";

/** What the cluster itself says of who is at it, whichever machine they are on. */
export interface LockLook {
  readonly holder?: LockValue;
  /** A procedure that is begun and not ended. */
  readonly note?: LockNote;
  /** The newest token: whoever has a lower one was not the last. */
  readonly fence: number;
}

export type LookedAtLock =
  | { readonly ok: true; readonly look: LockLook }
  | { readonly ok: false; /** In the operator's words. */ readonly why: string };

/** Looks, and takes nothing. Settles at the command's deadline at the latest; never rejects. */
export const lookAtClusterLock = async (
  access: Pick<ReadAccess, "ask">,
  { name, lockRedis }: Pick<Cluster, "name" | "lockRedis">,
): Promise<LookedAtLock> => {
  if (lockRedis === undefined)
    return { ok: false, why: "the inventory has no Redis that would keep the cluster's lock" };
  let said: Outcome | undefined;
  const question = ask(lookAtLock, { keys: lockKeys(name) });
  await access.ask(lockRedis, [question], (_ask, outcome) => {
    said = outcome;
  });
  if (said?.ok !== true) return { ok: false, why: said?.detail ?? "no answer" };
  if (said.reply.kind !== "redis") return { ok: false, why: "no answer of Redis" };
  const found = lookAtLock.parse(said.reply, { keys: lockKeys(name) });
  if (!found.ok) return { ok: false, why: found.problem };
  const { holder, unfinished, fence } = found.value;
  const value = holder === undefined ? undefined : readLockValue(holder);
  const note = unfinished === undefined ? undefined : readNote(unfinished);
  return {
    ok: true,
    look: { fence, ...(value === undefined ? {} : { holder: value }), ...(note === undefined ? {} : { note }) },
  };
};
