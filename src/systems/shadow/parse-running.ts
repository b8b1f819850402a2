import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";

/** How long the oldest process of the script has run; absent when none does. */
export interface Running {
  readonly forMs?: number | undefined;
}

/** A script's process is named after its file; the kernel keeps 15 characters of that. */
export const processName = (script: string): string => script.slice(script.lastIndexOf("/") + 1).slice(0, 15);

/** `ps -o pid=,etimes=,comm= -C NAME -p 1`. */
export const parseRunning = (reply: HostReply, { script }: { readonly script: string }): Parsed<Running> => {
  let seesAll = false;
  let oldestS: number | undefined;
  for (const line of reply.stdout.split("\n")) {
    if (line.trim() === "") continue;
    const [, pid, elapsed, name] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const elapsedS = wholeNumber(elapsed);
    if (pid === undefined || elapsedS === undefined)
      return unreadable(`ps printed a line midwatch cannot read: ${shortText(line, 80)}`);
    if (name?.trim() === processName(script)) oldestS = Math.max(oldestS ?? 0, elapsedS);
    else if (pid === "1") seesAll = true;
  }
  if (oldestS !== undefined) return parsed({ forMs: oldestS * 1_000 });
  // /proc mounted with hidepid: not seeing it is not knowing that it is not there.
  return seesAll
    ? parsed({})
    : notParsed(
        "privilege",
        "this account does not see other accounts' processes",
        "let it: mount /proc with gid= of its group",
      );
};
