import type { HostCommand } from "../../connect/command.ts";
import { parseDrift, type Drift } from "./parse-drift.ts";
import { parseLast, type LastRun } from "./parse-last.ts";
import { ancestors, mountinfoWord, parseMount, type Mounted } from "./parse-mount.ts";
import { parseRunning, processName, type Running } from "./parse-running.ts";

const LOGIN = { need: "login" } as const;

/** The key=value file the script leaves; see {@link parseLast} for what is in it. */
export const lastRun: HostCommand<LastRun, { readonly state: string }, "read"> = {
  id: "shadow.last",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "When the sync last ran, and how it ended",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: ({ state }) => ["cat", "--", state],
  parse: parseLast,
};

/** By the name of the process, so that no shell or editor that merely names the script counts; process 1 shows that processes can be seen. */
export const running: HostCommand<Running, { readonly script: string }, "read"> = {
  id: "shadow.running",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "Whether the sync runs now, and for how long",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: ({ script }) => ["ps", "-o", "pid=,etimes=,comm=", "-C", processName(script), "-p", "1"],
  parse: parseRunning,
};

/** The kernel's own table of mounts: asking it touches no file system, so it cannot hang on one. */
export const mount: HostCommand<Mounted, { readonly path: string }, "read"> = {
  id: "shadow.mount",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "What is mounted at the sync's target",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: ({ path }) => [
    "grep",
    "-F",
    ...ancestors(path).flatMap((each) => ["-e", ` ${mountinfoWord(each)} `]),
    "/proc/self/mountinfo",
  ],
  parse: parseMount,
};

/**
 * A dry run, nice to everyone else. Its summary alone and no list of files: the answer stays as short when everything
 * differs, which is when it is needed most. Not in the batch: it walks both trees and may hang with the mount.
 */
export const drift: HostCommand<Drift, { readonly from: string; readonly to: string }, "read"> = {
  id: "shadow.drift",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "What the sync would change and delete if it ran now",
  privilege: LOGIN,
  deadlineMs: 120_000,
  argv: ({ from, to }) => ["nice", "-n", "19", "rsync", "-an", "--delete", "--stats", "--", slash(from), slash(to)],
  parse: parseDrift,
};

// With the slash rsync means what is in the folder, not the folder.
const slash = (path: string): string => (path.endsWith("/") ? path : `${path}/`);
