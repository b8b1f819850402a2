import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** Checksums of the sites' PHP files, by path. */
export type Code = ReadonlyMap<string, string>;

/** `find … -exec md5sum {} +`. What could not be read or was cut off is not all: then nothing is compared. */
export const parseCode = (reply: HostReply): Parsed<Code> => {
  if (reply.exitCode !== 0) {
    const why = firstLine(reply.stderr, `find ended with ${reply.exitCode}`);
    return /Permission denied/.test(reply.stderr)
      ? notParsed("privilege", why, "let this account read the sites' code")
      : notParsed(/No such file/.test(reply.stderr) ? "missing" : "failed", why);
  }
  const files = new Map<string, string>();
  for (const line of reply.stdout.split("\n")) {
    if (line === "") continue;
    const match = /^\\?([0-9a-f]{32}) [ *](\/.*)$/.exec(line);
    if (match === null) return unreadable(`md5sum printed a line midwatch cannot read: ${shortText(line, 80)}`);
    files.set(shortText(match[2] ?? "", 200), match[1] ?? "");
  }
  return files.size === 0 ? notParsed("missing", "no PHP file lies below the docroot") : parsed(files);
};
