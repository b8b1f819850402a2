import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** A folder of uploads below the docroot. */
export interface Uploads {
  readonly path: string;
  /** Where it leads when it is a link. */
  readonly link?: string | undefined;
  /** Type of the file system it lies on; a link's own, not its target's. */
  readonly type: string;
}

/** `find … -printf '%y\t%F\t%l\t%p\n'`. */
export const parseUploads = (reply: HostReply): Parsed<readonly Uploads[]> => {
  if (reply.exitCode !== 0 && reply.stdout === "") {
    const why = firstLine(reply.stderr, `find ended with ${reply.exitCode}`);
    return notParsed(/Permission denied/.test(reply.stderr) ? "privilege" : "failed", why);
  }
  const found: Uploads[] = [];
  for (const line of reply.stdout.split("\n")) {
    if (line === "") continue;
    const [kind, type, link, path] = line.split("\t");
    if (
      kind === undefined ||
      !/^[a-zA-Z]$/.test(kind) ||
      type === undefined ||
      link === undefined ||
      path === undefined
    )
      return unreadable(`find printed a line midwatch cannot read: ${shortText(line, 80)}`);
    if (kind !== "d" && kind !== "l") continue;
    found.push({
      path: shortText(path),
      type: shortText(type, 40),
      ...(kind === "l" ? { link: shortText(link) } : {}),
    });
  }
  return parsed(found);
};
