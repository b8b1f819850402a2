import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HaproxyReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";
import { refusedBySocket } from "./refusal.ts";

export interface Info {
  readonly version: string;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly connectionLimit?: number | undefined;
  readonly connectionsPerSecond: number;
  /** Share of its time the process had nothing to do, 0 to 1. */
  readonly idleShare?: number | undefined;
  /** An old process that only finishes what it has, after a reload. */
  readonly stopping: boolean;
}

/** `show info`: `Name: value` lines. */
export const parseInfo = (reply: HaproxyReply): Parsed<Info> => {
  const refused = refusedBySocket(reply.text);
  if (refused !== undefined) return refused;
  const fields = new Map<string, string>();
  for (const line of reply.text.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const number = (name: string): number | undefined => wholeNumber(fields.get(name));
  const version = fields.get("Version");
  const pid = number("Pid");
  const uptimeS = number("Uptime_sec");
  const connections = number("CurrConns");
  if (version === undefined || pid === undefined || uptimeS === undefined || connections === undefined)
    return unreadable("show info lacks Version, Pid, Uptime_sec or CurrConns");
  const idle = number("Idle_pct");
  return parsed({
    version: shortText(version, 60),
    pid,
    uptimeMs: uptimeS * 1_000,
    connections,
    connectionLimit: number("Maxconn"),
    connectionsPerSecond: number("ConnRate") ?? 0,
    idleShare: idle === undefined ? undefined : Math.min(1, idle / 100),
    stopping: number("Stopping") === 1,
  });
};
