import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** What a member wrote down when it last stopped. */
export interface Grastate {
  readonly uuid: string;
  /** Absent (-1 in the file) while it runs and after a crash: only `--wsrep-recover` can tell then. */
  readonly seqno?: number | undefined;
  readonly safeToBootstrap: boolean;
}

export const parseGrastate = (reply: HostReply): Parsed<Grastate> => {
  if (reply.exitCode !== 0) {
    const problem = firstLine(reply.stderr, "grastate.dat could not be read");
    return notParsed(/No such file/.test(reply.stderr) ? "missing" : "failed", problem);
  }
  const uuid = /^uuid:\s*([0-9a-f-]{36})\s*$/im.exec(reply.stdout)?.[1];
  const seqno = /^seqno:\s*(-?\d+)\s*$/m.exec(reply.stdout)?.[1];
  if (uuid === undefined || seqno === undefined) return unreadable("grastate.dat has no uuid and seqno lines");
  return parsed({
    uuid: shortText(uuid, 36).toLowerCase(),
    seqno: wholeNumber(seqno),
    safeToBootstrap: /^safe_to_bootstrap:\s*1\s*$/m.test(reply.stdout),
  });
};
