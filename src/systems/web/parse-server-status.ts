import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HttpReply } from "../../connect/reply.ts";
import { wholeNumber } from "../text.ts";

export interface Workers {
  readonly busy: number;
  readonly idle: number;
  /** Workers there could be: the scoreboard's length. */
  readonly limit: number;
}

/** Apache's mod_status, `?auto`: `Name: value` lines, and one character for each worker there could be. */
export const parseServerStatus = (reply: HttpReply): Parsed<Workers> => {
  const { status, body } = reply;
  if (status === 403 || status === 404)
    return notParsed(
      "missing",
      `server-status answers ${status}`,
      "enable mod_status for requests from the host itself",
    );
  if (status !== 200) return notParsed("failed", `server-status answers ${status}`);
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(body)?.[1];
  const busy = wholeNumber(field("BusyWorkers"));
  const idle = wholeNumber(field("IdleWorkers"));
  const scoreboard = field("Scoreboard")?.trim() ?? "";
  if (busy === undefined || idle === undefined || scoreboard === "")
    return unreadable("server-status has no BusyWorkers, IdleWorkers or Scoreboard: is ?auto in the URL?");
  return parsed({ busy, idle, limit: Math.max(scoreboard.length, busy + idle) });
};
