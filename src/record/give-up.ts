import { takeClusterLock, type LockRequest } from "./lock.ts";
import type { LockNote } from "./lock-note.ts";
import type { Standing } from "./replay.ts";

export interface GivenUp {
  /** The lock was ours for a moment. */
  readonly hadLock: boolean;
  /** Why the note beside it stays; absent when it is gone, or was never there. */
  readonly kept?: string;
}

/**
 * Takes away the note of a procedure that is given up as it is. One that somebody else has written since, who took the
 * procedure over, stays: it is all that others know of what they did. `here` is the journal as it was; absent for who
 * gives up by the note alone.
 */
export const giveUpNote = async (request: LockRequest, here: Standing | undefined): Promise<GivenUp> => {
  const locked = await takeClusterLock(request);
  if (!locked.ok) return { hadLock: false, kept: locked.why };
  const { note, lock } = locked;
  const isTheirs = note !== undefined && here !== undefined && !request.takeOver && isNewer(note, here);
  await lock.release(note?.procedure === request.procedure && !isTheirs);
  return isTheirs
    ? { hadLock: true, kept: `${note.operator} on ${note.machine} has taken it over since` }
    : { hadLock: true };
};

const isNewer = ({ procedure, fence }: LockNote, { opened, hand }: Standing): boolean =>
  procedure === opened.id && fence > Math.max(opened.fence ?? 0, hand.fence ?? 0);
