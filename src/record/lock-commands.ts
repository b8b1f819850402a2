import { notParsed, parsed, unreadable, type Parsed, type RedisCommand } from "../connect/command.ts";
import type { RedisReply, RedisValue } from "../connect/reply.ts";
import { varying } from "../connect/vary.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { allow, type Allowed } from "../systems/allowed.ts";
import { ownKeys, type OwnKeys } from "../systems/own-keys.ts";

/**
 * The cluster's lock in Redis: `SET NX PX` to take, compare-and-act by script to renew, replace and release, so that
 * nobody touches a lock that is no longer theirs (redis.io, SET, "Patterns"). The scripts are one shape on purpose.
 */
const ifOurs = (then: string): string =>
  `if redis.call("get",KEYS[1]) == ARGV[1] then return redis.call(${then}) else return 0 end`;

const KEYS = ["+set", "+get", "+incr", "+del", "+pexpire", "+eval", "~midwatch:*"];

const base = {
  kind: "redis",
  effect: "change",
  privilege: { need: "redis", acl: KEYS },
  deadlineMs: 3_000,
} as const;

export type LockKeys = OwnKeys;
export const lockKeys = ownKeys;

type LockCommand<T, P> = RedisCommand<T, P & { readonly keys: LockKeys }, "change">;

/** A number that only grows: later holders of the lock have a higher one. */
export const nextFence: LockCommand<number, object> = {
  ...base,
  id: "lock.fence",
  asks: "Takes the next fencing token of the cluster's lock",
  calls: ({ keys }) => [["INCR", keys.fence]],
  parse: ({ values: [value = null] }) =>
    typeof value === "number" ? parsed(value) : refusedOr(value, "INCR did not give a number"),
};

export interface Taken {
  readonly taken: boolean;
  /** What stands there now: ours when taken. */
  readonly holder: string | undefined;
  readonly unfinished: string | undefined;
}

export const takeLock: LockCommand<Taken, { readonly value: string; readonly ttlMs: number }> = {
  ...base,
  id: "lock.take",
  asks: "Takes the cluster's lock when nobody has it, and reads who has it and what is unfinished",
  calls: ({ keys, value, ttlMs }) => [
    ["SET", keys.lock, value, "NX", "PX", String(ttlMs)],
    ["GET", keys.lock],
    ["GET", keys.unfinished],
  ],
  parse: (reply) => {
    const [set = null, holder = null, unfinished = null] = reply.values;
    const fault = [set, holder, unfinished].find((value) => isError(value));
    if (fault !== undefined) return refusedOr(fault, "");
    return parsed({ taken: set === "OK", holder: textOf(holder), unfinished: textOf(unfinished) });
  },
};

export interface Renewed {
  readonly ours: boolean;
  /** What stands there when it is not; absent when nothing does. */
  readonly holder?: string;
}

/** Renews the lock if it is still ours. */
export const renewLock: LockCommand<Renewed, { readonly value: string; readonly ttlMs: number }> = {
  ...base,
  id: "lock.renew",
  asks: "Renews the cluster's lock, only if it is still ours, and reads who has it",
  calls: ({ keys, value, ttlMs }) => [
    ["EVAL", ifOurs('"pexpire",KEYS[1],ARGV[2]'), "1", keys.lock, value, String(ttlMs)],
    ["GET", keys.lock],
  ],
  parse: (reply) => {
    const renewed = ours(reply);
    const holder = textOf(reply.values[1] ?? null);
    return renewed.ok ? parsed({ ours: renewed.value, ...(holder === undefined ? {} : { holder }) }) : renewed;
  },
};

/** Puts our value in place of another's, only if it is still that one. */
export const replaceLock: LockCommand<
  boolean,
  { readonly before: string; readonly value: string; readonly ttlMs: number }
> = {
  ...base,
  id: "lock.replace",
  asks: "Takes the cluster's lock over from who has it, only if that has not changed",
  calls: ({ keys, before, value, ttlMs }) => [
    ["EVAL", ifOurs('"set",KEYS[1],ARGV[2],"px",ARGV[3]'), "1", keys.lock, before, value, String(ttlMs)],
  ],
  parse: (reply) => ours(reply),
};

/** Says on the cluster where the procedure stands, only while the lock is ours. */
export const noteUnfinished: LockCommand<boolean, { readonly value: string; readonly note: string }> = {
  ...base,
  id: "lock.note",
  asks: "Notes beside the lock which procedure is under way and at which step",
  calls: ({ keys, value, note }) => [
    ["EVAL", ifOurs('"set",KEYS[2],ARGV[2]'), "2", keys.lock, keys.unfinished, value, note],
  ],
  parse: (reply) => ours(reply),
};

export const clearUnfinished: LockCommand<boolean, { readonly value: string }> = {
  ...base,
  id: "lock.clear_note",
  asks: "Takes the note beside the lock away when the procedure has ended",
  calls: ({ keys, value }) => [["EVAL", ifOurs('"del",KEYS[2]'), "2", keys.lock, keys.unfinished, value]],
  parse: (reply) => ours(reply),
};

export const releaseLock: LockCommand<boolean, { readonly value: string }> = {
  ...base,
  id: "lock.release",
  asks: "Gives the cluster's lock back, only if it is still ours",
  calls: ({ keys, value }) => [["EVAL", ifOurs('"del",KEYS[1]'), "1", keys.lock, value]],
  parse: (reply) => ours(reply),
};

/** Who has it and what is unfinished, for whoever may only look. */
export const lookAtLock: RedisCommand<
  Omit<Taken, "taken"> & { readonly fence: number },
  { readonly keys: LockKeys },
  "read"
> = {
  ...base,
  effect: "read",
  privilege: { need: "redis", acl: ["%R~midwatch:*", "+get"] },
  id: "lock.look",
  asks: "Who has the cluster's lock, and which procedure is unfinished",
  calls: ({ keys }) => [
    ["GET", keys.lock],
    ["GET", keys.unfinished],
    ["GET", keys.fence],
  ],
  parse: (reply) => {
    const [holder = null, unfinished = null, fence = null] = reply.values;
    const fault = [holder, unfinished, fence].find((value) => isError(value));
    if (fault !== undefined) return refusedOr(fault, "");
    const token = Number(textOf(fence) ?? "0");
    if (!Number.isSafeInteger(token)) return unreadable("the lock's token is not a number");
    return parsed({ holder: textOf(holder), unfinished: textOf(unfinished), fence: token });
  },
};

/** Everything the lock may send. */
export const lockCommands = [
  lookAtLock,
  nextFence,
  takeLock,
  renewLock,
  replaceLock,
  noteUnfinished,
  clearUnfinished,
  releaseLock,
] as const;

/** The lock's part of what accounts are given, as a room's `allows`. */
export const lockAllows = ({ name, lockRedis }: Pick<Cluster, "name" | "lockRedis">): readonly Allowed[] => {
  if (lockRedis === undefined) return [];
  const keys = lockKeys(name);
  const value = varying(".+", "{}");
  const held = { keys, value, ttlMs: 30_000 };
  return [
    ...allow(lookAtLock, lockRedis, { keys }),
    ...allow(nextFence, lockRedis, { keys }),
    ...allow(takeLock, lockRedis, held),
    ...allow(renewLock, lockRedis, held),
    ...allow(replaceLock, lockRedis, { ...held, before: value }),
    ...allow(noteUnfinished, lockRedis, { ...held, note: value }),
    ...allow(clearUnfinished, lockRedis, held),
    ...allow(releaseLock, lockRedis, held),
  ];
};

/** 0: not ours. The script's own answer otherwise. */
const ours = ({ values: [value = null] }: RedisReply): Parsed<boolean> => {
  if (value === "OK") return parsed(true);
  return typeof value === "number" ? parsed(value > 0) : refusedOr(value, "the script gave no answer");
};

const isError = (value: RedisValue): value is { readonly error: string } =>
  typeof value === "object" && value !== null && "error" in value;

const refusedOr = (value: RedisValue, otherwise: string): Parsed<never> =>
  isError(value) ? notParsed("failed", value.error) : unreadable(otherwise);

const textOf = (value: RedisValue): string | undefined => (typeof value === "string" ? value : undefined);
