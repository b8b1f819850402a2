import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HaproxyReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";
import { refusedBySocket } from "./refusal.ts";

export interface ServerAdmin {
  /** srv_admin_state. */
  readonly bits: number;
  /** srv_iweight: as the configuration has it, whatever was set since. */
  readonly configuredWeight?: number | undefined;
}

/** By `proxy/server`. */
export type AdminStates = ReadonlyMap<string, ServerAdmin>;

/**
 * `show servers state`: a version line, a header after `#`, then one server a line, fields parted by blanks (the
 * format of the server-state file, management guide 9.3). Column order is read from the header, so that both
 * versions of the format and later additions do.
 */
export const parseServersState = (reply: HaproxyReply): Parsed<AdminStates> => {
  const refused = refusedBySocket(reply.text);
  return refused ?? parseStates(reply.text);
};

/** The same, as a file holds it. */
export const parseStates = (text: string): Parsed<AdminStates> => {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const header = lines.find((line) => line.startsWith("# "));
  if (header === undefined) return unreadable("show servers state has no header line");
  const columns = header.slice(2).trim().split(/\s+/);
  const [proxyAt, serverAt, adminAt] = ["be_name", "srv_name", "srv_admin_state"].map((name) => columns.indexOf(name));
  if (
    proxyAt === undefined ||
    serverAt === undefined ||
    adminAt === undefined ||
    Math.min(proxyAt, serverAt, adminAt) < 0
  )
    return unreadable("show servers state lacks be_name, srv_name or srv_admin_state");
  const weightAt = columns.indexOf("srv_iweight");
  const states = new Map<string, ServerAdmin>();
  for (const line of lines.slice(lines.indexOf(header) + 1)) {
    const fields = line.trim().split(/\s+/);
    const bits = wholeNumber(fields[adminAt]);
    if (bits === undefined || bits > 0xff_ff)
      return unreadable("show servers state has a line without srv_admin_state");
    const name = `${shortText(fields[proxyAt] ?? "", 80)}/${shortText(fields[serverAt] ?? "", 80)}`;
    states.set(name, { bits, configuredWeight: wholeNumber(fields[weightAt]) });
  }
  return parsed(states);
};
