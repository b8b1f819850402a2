import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, wholeNumber } from "../text.ts";

/** Whether a mounted file system answers at all, and how full it is. */
export type Liveness =
  | {
      readonly state: "alive";
      readonly usedBytes: number;
      /** What is left for ordinary accounts; with what is used less than the whole, which keeps a reserve. */
      readonly availableBytes: number;
      readonly inodesTotal: number;
      readonly inodesFree: number;
    }
  /** It did not answer in time: every program that touches it will hang too. */
  | { readonly state: "hung" }
  /** It answers with an error: the client process is gone, or reaches too few bricks. */
  | { readonly state: "broken"; readonly problem: string };

/** Block size, blocks, free, available, inodes, free inodes. */
export const SPACE_FORMAT = "%S %b %f %a %c %d";

export const parseSpace = (reply: HostReply): Parsed<Liveness> => {
  const { exitCode, stdout, stderr } = reply;
  if (exitCode !== 0) {
    const problem = firstLine(stderr, "stat failed");
    if (/No such file or directory/.test(problem)) return notParsed("missing", problem);
    if (/Permission denied/.test(problem)) return notParsed("privilege", problem);
    return parsed({ state: "broken", problem: problem.replace(/^.*information for [^:]*: /, "") });
  }
  const [block, blocks, free, available, inodesTotal, inodesFree] = stdout.trim().split(" ").map(wholeNumber);
  if (block === undefined || blocks === undefined || free === undefined || available === undefined)
    return unreadable("stat -f did not print its figures");
  return parsed({
    state: "alive",
    usedBytes: block * Math.max(0, blocks - free),
    availableBytes: block * available,
    inodesTotal: inodesTotal ?? 0,
    inodesFree: inodesFree ?? 0,
  });
};
