import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, wholeNumber } from "../text.ts";

export interface OpVersion {
  readonly now: number;
  /** What every member of the pool could do. */
  readonly highest: number;
}

/** `gluster volume get all all`: a table of options and values. */
export const parseOpVersion = (reply: HostReply): Parsed<OpVersion> => {
  if (reply.exitCode !== 0)
    return notParsed("failed", firstLine(reply.stderr || reply.stdout, `gluster ended with ${reply.exitCode}`));
  const value = (option: string): number | undefined =>
    wholeNumber(new RegExp(`^cluster\\.${option}\\s+(\\d+)`, "m").exec(reply.stdout)?.[1]);
  const now = value("op-version");
  const highest = value("max-op-version");
  return now === undefined || highest === undefined
    ? unreadable("gluster names no cluster.op-version")
    : parsed({ now, highest });
};
