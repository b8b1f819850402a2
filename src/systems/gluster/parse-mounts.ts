import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

export interface MountEntry {
  readonly path: string;
  /** `fuse.glusterfs` for a Gluster volume. */
  readonly type: string;
  readonly source: string;
}

export interface MountsParams {
  readonly paths: readonly string[];
}

/**
 * The topmost mount at each of the paths asked for, from /proc/self/mountinfo. A path that is missing here is a plain
 * directory, or nothing. Reading the table asks no file system, so a hung one cannot block it.
 */
export const parseMounts = (reply: HostReply, { paths }: MountsParams): Parsed<readonly MountEntry[]> => {
  if (reply.exitCode !== 0) return unreadable(firstLine(reply.stderr, "mountinfo could not be read"));
  const mounts = new Map<string, MountEntry>();
  let lines = 0;
  for (const line of reply.stdout.split("\n")) {
    // 2006 351 0:111 / /data rw,relatime shared:677 - fuse.glusterfs localhost:/data rw,…
    const [before = "", after = ""] = line.split(" - ", 2);
    const path = before.split(" ")[4];
    const [type, source] = after.split(" ");
    if (path === undefined || type === undefined || source === undefined) continue;
    lines += 1;
    const plain = unescape(path);
    if (paths.includes(plain))
      mounts.set(plain, { path: plain, type: shortText(type, 40), source: shortText(unescape(source), 120) });
  }
  return lines === 0 ? unreadable("mountinfo holds no mount, not even /") : parsed([...mounts.values()]);
};

// The kernel writes space, tab, newline and backslash in octal.
const unescape = (text: string): string =>
  text.replaceAll(/\\(0(?:40|11|12)|134)/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
