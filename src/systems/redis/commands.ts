import { parsed, unreadable, type RedisCommand } from "../../connect/command.ts";
import type { OwnKeys } from "../own-keys.ts";
import { parseInfo, refusedBy, type RedisInfo } from "./parse-info.ts";
import { parseScan, type KeyCount } from "./parse-scan.ts";

export const infoCommand: RedisCommand<RedisInfo, void, "read"> = {
  id: "redis.info",
  kind: "redis",
  effect: "read",
  asks: "keys, memory, policy, counters, clients, persistence and role of one instance",
  privilege: { need: "redis", acl: ["+info", "+dbsize"] },
  deadlineMs: 2_000,
  calls: () => [["INFO"], ["DBSIZE"]],
  parse: parseInfo,
};

/** DBSIZE counts every key of the instance, so these come off where midwatch keeps its lock among the sessions. */
export const ownKeysCommand: RedisCommand<number, { readonly keys: OwnKeys }, "read"> = {
  id: "redis.own_keys",
  kind: "redis",
  effect: "read",
  asks: "how many of midwatch's own keys are there, which are no sessions",
  privilege: { need: "redis", acl: ["%R~midwatch:*", "+exists"] },
  deadlineMs: 2_000,
  calls: ({ keys: { lock, fence, unfinished } }) => [["EXISTS", lock, fence, unfinished]],
  parse: ({ values: [value = null] }) => {
    const refused = refusedBy(value, "exists");
    if (refused !== undefined) return refused;
    return typeof value === "number" ? parsed(value) : unreadable("EXISTS did not answer with a number");
  },
};

/** Slots of the key table one SCAN looks at: a few milliseconds of the server's one thread. */
const SCAN_BOUND = 10_000;

export interface ScanParams {
  readonly prefix: string;
}

/** One bounded SCAN, because the instance is shared and DBSIZE would count other keys too. Never KEYS. */
export const keysCommand: RedisCommand<KeyCount, ScanParams, "read"> = {
  id: "redis.keys",
  kind: "redis",
  effect: "read",
  asks: "how many keys of one instance have the configured prefix",
  privilege: { need: "redis", acl: ["+scan"] },
  deadlineMs: 3_000,
  calls: ({ prefix }) => [["SCAN", "0", "MATCH", `${globEscape(prefix)}*`, "COUNT", String(SCAN_BOUND)]],
  parse: parseScan,
  conceal: "not kept: whoever knows a session's name has the session",
};

const globEscape = (text: string): string => text.replaceAll(/[\\*?[]/g, String.raw`\$&`);
