import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";

interface Script {
  readonly script: string;
}

/** A file beside the script that keeps it from copying, where the script looks for it: {@link knowsPause}. */
const pauseFile = (script: string): string => `${script}.paused`;

const ROOT = { need: "root", why: "the sync is root's" } as const;

const change = (
  id: string,
  asks: string,
  argv: (path: string) => readonly string[],
): HostCommand<void, Script, "change"> => ({
  id,
  kind: "host",
  effect: "change",
  lane: "own",
  asks,
  privilege: ROOT,
  deadlineMs: 10_000,
  argv: ({ script }) => argv(pauseFile(script)),
  parse: ended,
});

const ended = ({ exitCode, stderr }: HostReply) =>
  exitCode === 0 || /No such file/.test(stderr)
    ? parsed(undefined)
    : notParsed("failed", firstLine(stderr, `it ended with ${exitCode}`));

/** A run that is under way goes on to its end. */
export const pauseSync = change("shadow.pause", "Pauses the sync: no new run copies anything", (path) => [
  "/usr/bin/touch",
  "--",
  path,
]);

/** One file and nothing else: what is gone already is what was wanted. */
export const resumeSync = change("shadow.resume", "Lets the sync run again", (path) => ["/usr/bin/unlink", "--", path]);

export const isPaused: HostCommand<boolean, Script, "read"> = {
  id: "shadow.is_paused",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether the sync is paused",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ script }) => ["find", pauseFile(script), "-maxdepth", "0", "-printf", "%p\\n"],
  parse: ({ exitCode, stderr, stdout }) => {
    if (exitCode === 0) return parsed(stdout.trim() !== "");
    if (/No such file/.test(stderr)) return parsed(false);
    return notParsed("failed", firstLine(stderr, `find ended with ${exitCode}`));
  },
};

/** A script that never looks for the file cannot be paused by it. */
export const knowsPause: HostCommand<boolean, Script, "read"> = {
  id: "shadow.knows_pause",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether the sync's script looks for the file that pauses it",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ script }) => ["grep", "-cF", "-e", `${script.split("/").at(-1) ?? script}.paused`, "--", script],
  parse: ({ exitCode, stderr }) => {
    if (exitCode === 0) return parsed(true);
    return exitCode === 1 ? parsed(false) : notParsed("failed", firstLine(stderr, `grep ended with ${exitCode}`));
  },
};
