import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, decimalNumber, shortText } from "../text.ts";

/** Times are by the host's clock, ms since the epoch. */
export interface Marks {
  /** When a package asked for a reboot; absent when none did. */
  readonly rebootFlagAtMs?: number | undefined;
  readonly kernels: readonly { readonly version: string; readonly installedAtMs: number }[];
  /** When the package lists were last fetched; absent when no trace of that is kept. */
  readonly listsAtMs?: number | undefined;
}

/** `find … -printf '%C@ %T@ %p\n'`: change time, modification time, path; paths that are not there are on stderr only. */
export const parseMarks = (reply: HostReply): Parsed<Marks> => {
  if (reply.stdout.trim() === "" && !/No such file/.test(reply.stderr) && reply.exitCode !== 0)
    return notParsed("failed", firstLine(reply.stderr, "find printed nothing"));
  let rebootFlagAtMs: number | undefined;
  let listsAtMs: number | undefined;
  const kernels: { version: string; installedAtMs: number }[] = [];
  for (const line of reply.stdout.split("\n")) {
    if (line.trim() === "") continue;
    const match = /^(\d+\.\d+) (\d+\.\d+) (\/.*)$/.exec(line);
    const changedAtMs = msOf(match?.[1]);
    const modifiedAtMs = msOf(match?.[2]);
    const path = match?.[3];
    if (changedAtMs === undefined || modifiedAtMs === undefined || path === undefined)
      return unreadable(`find printed a line midwatch cannot read: ${shortText(line, 80)}`);
    if (path === "/run/reboot-required") rebootFlagAtMs = modifiedAtMs;
    // The image's own time stamp is when it was built; when it came here is the inode's change time.
    else if (path.startsWith(KERNEL))
      kernels.push({ version: shortText(path.slice(KERNEL.length), 80), installedAtMs: changedAtMs });
    else if (LISTS.has(path)) listsAtMs = Math.max(listsAtMs ?? 0, modifiedAtMs);
  }
  return parsed({ rebootFlagAtMs, kernels, listsAtMs });
};

const KERNEL = "/boot/vmlinuz-";
const LISTS: ReadonlySet<string> = new Set([
  "/var/lib/apt/lists/partial",
  "/var/lib/apt/periodic/update-success-stamp",
  "/var/cache/dnf/last_makecache",
]);

const msOf = (seconds: string | undefined): number | undefined => {
  const value = decimalNumber(seconds);
  return value === undefined ? undefined : Math.round(value * 1_000);
};
