import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** Gluster's processes on one host; the truth about them without asking any of them. */
export interface Processes {
  readonly bricks: readonly BrickProcess[];
  /** The daemon that carries out heals between this host's bricks and the others'. */
  readonly selfHeal: boolean;
}

export interface BrickProcess {
  readonly path: string;
  /** Stopped by a signal or a debugger: it holds its connections and answers nothing. */
  readonly frozen: boolean;
  /** How long it has been running. */
  readonly ageMs: number;
}

/** `ps -C glusterd,glusterfsd,glusterfs -o stat=,etimes=,args=`; exit code 1 when none of them runs. */
export const parseProcesses = (reply: HostReply): Parsed<Processes> => {
  const { stdout, stderr, exitCode } = reply;
  if (exitCode !== 0 && (exitCode !== 1 || stderr.trim() !== ""))
    return notParsed("failed", firstLine(stderr, "ps failed"));
  const bricks: BrickProcess[] = [];
  let selfHeal = false;
  for (const line of stdout.split("\n")) {
    const [stat = "", seconds = "", program = "", ...args] = line.trim().split(/\s+/);
    // A dead process that nobody has collected yet still has its line.
    if (stat.startsWith("Z")) continue;
    const path = after(args, "--brick-name");
    if (program.endsWith("glusterfsd") && path !== undefined)
      bricks.push({ path: shortText(path), frozen: /^[Tt]/.test(stat), ageMs: (wholeNumber(seconds) ?? 0) * 1_000 });
    if (after(args, "--process-name") === "glustershd" && !/^[Tt]/.test(stat)) selfHeal = true;
  }
  return parsed({ bricks, selfHeal });
};

const after = (args: readonly string[], option: string): string | undefined => {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
};
