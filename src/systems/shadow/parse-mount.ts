import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** What lies mounted at a path or nearest above it; nothing when that is only the root file system. */
export interface Mounted {
  readonly at?: { readonly point: string; readonly type: string; readonly source: string } | undefined;
}

/** `/a/b` → `/a/b`, `/a`. Not `/`: a path on the root file system is a plain directory. */
export const ancestors = (path: string): readonly string[] => {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, i) => `/${parts.slice(0, parts.length - i).join("/")}`);
};

/** As proc(5) mountinfo writes a path. */
export const mountinfoWord = (path: string): string =>
  path.replaceAll(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);

/** Lines of proc(5) mountinfo: `36 35 98:0 /root /point options … - type source superoptions`; grep's exit code 1: none. */
export const parseMount = (reply: HostReply, { path }: { readonly path: string }): Parsed<Mounted> => {
  if (reply.exitCode > 1) return notParsed("failed", firstLine(reply.stderr, "the mount table could not be read"));
  const wanted = ancestors(path).map((each) => mountinfoWord(each));
  let found: { rank: number; at: NonNullable<Mounted["at"]> } | undefined;
  for (const line of reply.stdout.split("\n")) {
    if (line.trim() === "") continue;
    const [before = "", after] = line.split(" - ", 2);
    const point = before.split(" ")[4];
    const [type, source] = after?.split(" ") ?? [];
    if (point === undefined || type === undefined || source === undefined)
      return unreadable(`the mount table has a line midwatch cannot read: ${shortText(line, 80)}`);
    const rank = wanted.indexOf(point);
    // Of two mounts at one point the later one covers the earlier.
    if (rank >= 0 && (found === undefined || rank <= found.rank))
      found = { rank, at: { point: shortText(point), type: shortText(type, 40), source: shortText(source) } };
  }
  return parsed({ at: found?.at });
};
