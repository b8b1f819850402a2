import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { RedisReply } from "../../connect/reply.ts";
import { refusedBy } from "./parse-info.ts";

export interface KeyCount {
  readonly count: number;
  /** The bounded scan ended before the key space did: there are at least `count`. */
  readonly atLeast: boolean;
}

/** Reads one SCAN: `[cursor, keys]`. Cursor 0 means that it went all the way round. Key names are counted, not kept. */
export const parseScan = (reply: RedisReply): Parsed<KeyCount> => {
  const [value] = reply.values;
  if (value === undefined) return unreadable("SCAN was not answered");
  const refusal = refusedBy(value, "scan");
  if (refusal !== undefined) return refusal;
  if (!Array.isArray(value)) return unreadable("SCAN did not answer with a cursor and keys");
  const [cursor, keys] = value;
  if (typeof cursor !== "string" || !/^\d{1,20}$/.test(cursor)) return unreadable("SCAN answered without a cursor");
  if (!Array.isArray(keys)) return unreadable("SCAN answered without keys");
  // SCAN may give a key twice while the table is being resized.
  return parsed({ count: new Set(keys.filter((key) => typeof key === "string")).size, atLeast: cursor !== "0" });
};
