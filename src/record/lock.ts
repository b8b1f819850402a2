import { randomUUID } from "node:crypto";
import { cleanLine } from "../connect/clean.ts";
import { ask, type RedisCommand } from "../connect/command.ts";
import type { ChangeOutcome, Door } from "../connect/control.ts";
import {
  clearUnfinished,
  lockKeys,
  nextFence,
  noteUnfinished,
  releaseLock,
  renewLock,
  replaceLock,
  takeLock,
  type LockKeys,
  type Taken,
} from "./lock-commands.ts";
import { noteText, procedureOfNote, readNote, type LockNote } from "./lock-note.ts";
import { holderWords, lockText, readLockValue, type LockValue } from "./lock-value.ts";
import { duration } from "../systems/format.ts";
import type { Standing } from "./replay.ts";

/** One change procedure per cluster: the lock while we have it. */
export interface ClusterLock {
  /** Grows with every holder; stands in the journal. */
  readonly fence: number;
  /** Renews, and says why nothing may be sent now; undefined when the lock is ours. Asked before every change. */
  readonly forbidden: () => Promise<string | undefined>;
  /** Why it is ours no more, as far as is known without asking. */
  readonly lost: () => string | undefined;
  /** Keeps the essentials of the journal beside the lock. Best effort: the journal is what counts. */
  readonly note: (standing: Standing) => Promise<void>;
  /** Takes away what is beside it: nothing is unfinished any more. Best effort. */
  readonly clear: () => Promise<void>;
  /** Gives it back. What is beside it goes only when the procedure has ended. */
  readonly release: (ended: boolean) => Promise<void>;
}

export type Locked =
  | { readonly ok: true; readonly lock: ClusterLock; /** What stood beside it. */ readonly note?: LockNote }
  /** `held`: by somebody. `unfinished`: free, but a procedure was left. `unreachable`: nobody knows. */
  | { readonly ok: false; readonly state: "held" | "unfinished" | "unreachable"; readonly why: string };

export interface LockRequest {
  readonly door: Pick<Door, "send">;
  /** The Redis instance that keeps it. */
  readonly instance: string;
  readonly cluster: string;
  /** The procedure's id, and how a person would call it: `drain of web2`. */
  readonly procedure: string;
  readonly title: string;
  readonly hand: Pick<LockValue, "operator" | "machine" | "pid">;
  /** Take it whoever has it: the other stops at its next safe point. */
  readonly takeOver: boolean;
  readonly ttlMs?: number;
}

/** Long enough for a slow line, short enough that a crash does not block the next hour. */
const TTL_MS = 30_000;

export const takeClusterLock = async (request: LockRequest): Promise<Locked> => {
  const { ttlMs = TTL_MS } = request;
  const keys = lockKeys(request.cluster);
  const fenced = await send(request, nextFence, { keys });
  if (!fenced.ok) return unreachable(request, fenced.why);
  const mine: LockValue = {
    owner: randomUUID(),
    fence: fenced.value,
    ...request.hand,
    procedure: request.procedure,
    sinceMs: Date.now(),
  };
  const value = lockText(mine);
  const sentAt = performance.now();
  const taken = await send(request, takeLock, { keys, value, ttlMs });
  if (!taken.ok) return unreachable(request, taken.why);
  const had = taken.value.taken ? taken.value : await replaceHolder(request, keys, value, ttlMs, taken.value);
  if ("ok" in had) return had;
  const lock = holdLock(request, keys, mine, value, ttlMs, sentAt);
  const note = had.unfinished === undefined ? undefined : readNote(had.unfinished);
  const whose = note?.procedure ?? (had.unfinished === undefined ? undefined : procedureOfNote(had.unfinished));
  const isTheirs = had.unfinished !== undefined && whose !== request.procedure;
  if (isTheirs && !request.takeOver) {
    await lock.release(false);
    return { ok: false, state: "unfinished", why: note === undefined ? unreadableWords(whose) : unfinishedWords(note) };
  }
  return { ok: true, lock, ...(note === undefined ? {} : { note }) };
};

const unfinishedWords = ({ title, operator, machine, step, essentials, procedure }: LockNote): string =>
  cleanLine(
    `${title} is not finished: ${operator} on ${machine} left it at step "${essentials?.at?.title ?? step}" (${procedure}); resume it there, or take over with a reason`,
  );

/** It says of something unfinished, in whatever form another version keeps it: that is not nothing. */
const unreadableWords = (procedure: string | undefined): string =>
  `${procedure ?? "a procedure"} is not finished, and its note is of another version of midwatch; resume it with that one, or take over with a reason`;

/** Somebody has it: they may be ourselves before a crash, or be told to stop. */
const replaceHolder = async (
  request: LockRequest,
  keys: LockKeys,
  value: string,
  ttlMs: number,
  { holder: before, unfinished }: Taken,
): Promise<Locked | Pick<Taken, "unfinished">> => {
  const holder = before === undefined ? undefined : readLockValue(before);
  const again = holder?.procedure === request.procedure && holder.machine === request.hand.machine;
  if (before === undefined || !(request.takeOver || again)) {
    const note = unfinished === undefined ? undefined : readNote(unfinished);
    return { ok: false, state: "held", why: `the cluster's lock is held by ${heldWords(holder, note, Date.now())}` };
  }
  const replaced = await send(request, replaceLock, { keys, before, value, ttlMs });
  if (!replaced.ok) return unreachable(request, replaced.why);
  const changed = { ok: false, state: "held", why: "the cluster's lock changed hands just now; try again" } as const;
  if (!replaced.value) return changed;
  // What they noted until they lost it is known only now.
  const now = await send(request, takeLock, { keys, value, ttlMs });
  if (!now.ok) return unreachable(request, now.why);
  return now.value.taken || now.value.holder === value ? now.value : changed;
};

/** Who it is, for what, since when and where they are: enough to find them before anything is taken from them. */
const heldWords = (holder: LockValue | undefined, note: LockNote | undefined, nowMs: number): string => {
  if (holder === undefined) return "somebody whose name cannot be read";
  const { procedure, sinceMs } = holder;
  const at = note?.procedure === procedure ? note.essentials?.at : undefined;
  const what = note?.procedure === procedure ? `${note.title} (${procedure})` : procedure;
  const where = at === undefined ? "" : `, at step ${at.number} of ${at.of}, "${at.title}"`;
  return cleanLine(`${holderWords(holder)}, for ${what}, since ${duration(nowMs - sinceMs)}${where}`);
};

const lostWords = (text: string | undefined, instance: string): string =>
  text === undefined
    ? `the cluster's lock is no longer ours: it is gone from Redis ${instance}`
    : `the cluster's lock is no longer ours: it was taken by ${heldWords(readLockValue(text), undefined, Date.now())}`;

const holdLock = (
  request: LockRequest,
  keys: LockKeys,
  mine: LockValue,
  value: string,
  ttlMs: number,
  takenAt: number,
): ClusterLock => {
  // By this machine's monotonic clock, counted from before the answer: never longer than Redis counts.
  let validUntil = takenAt + ttlMs * SAFE_SHARE;
  let lost: string | undefined;

  const known = (): string | undefined => {
    if (lost === undefined && performance.now() >= validUntil)
      lost = `the cluster's lock could not be renewed in time (Redis ${request.instance})`;
    return lost;
  };
  const renew = async (): Promise<string | undefined> => {
    if (known() !== undefined) return lost;
    const sentAt = performance.now();
    const renewed = await send(request, renewLock, { keys, value, ttlMs });
    if (!renewed.ok) return known() ?? `the cluster's lock cannot be checked: ${renewed.why}`;
    if (renewed.value.ours) validUntil = Math.max(validUntil, sentAt + ttlMs * SAFE_SHARE);
    else lost = lostWords(renewed.value.holder, request.instance);
    return lost;
  };
  const clear = async (): Promise<void> => void (await send(request, clearUnfinished, { keys, value }));
  const timer = setInterval(() => void renew(), ttlMs / 3);
  timer.unref();

  return {
    fence: mine.fence,
    forbidden: renew,
    lost: known,
    note: async (standing) => {
      const note = noteText({ standing, title: request.title, fence: mine.fence, nowMs: Date.now() });
      await send(request, noteUnfinished, { keys, value, note });
    },
    clear,
    release: async (ended) => {
      clearInterval(timer);
      if (ended) await clear();
      await send(request, releaseLock, { keys, value });
    },
  };
};

/** Of the lock's time that we count on: the rest is for clocks that run apart. */
const SAFE_SHARE = 0.8;

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const send = async <T, P>(
  { door, instance }: LockRequest,
  command: RedisCommand<T, P, "change">,
  params: P,
): Promise<Answer<T>> => {
  const order = { target: instance, ask: ask(command, params) };
  const outcome: ChangeOutcome = await door.send(order);
  // The value is what this very command's parser returned.
  return outcome.state === "done" ? { ok: true, value: outcome.value as T } : { ok: false, why: outcome.why };
};

const unreachable = ({ instance }: LockRequest, why: string): Locked => ({
  ok: false,
  state: "unreachable",
  why: `the cluster's lock (Redis ${instance}) cannot be had: ${why}`,
});
