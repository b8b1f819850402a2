import type { RedisCommand } from "../../connect/command.ts";
import { parseInfo, type RedisInfo } from "./parse-info.ts";
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
