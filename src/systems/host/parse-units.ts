import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** `systemctl list-units --state=failed --plain --no-legend`: names of the units, in systemd's order. */
export const parseFailedUnits = (reply: HostReply): Parsed<readonly string[]> => {
  if (reply.exitCode !== 0) {
    const why = firstLine(reply.stderr, `systemctl ended with ${reply.exitCode}`);
    return notParsed(/not been booted with systemd/.test(reply.stderr) ? "missing" : "failed", why);
  }
  const units: string[] = [];
  for (const line of reply.stdout.split("\n")) {
    if (line.trim() === "") continue;
    // Older versions keep the bullet in spite of --plain.
    const match = /^\s*(?:[●*×]\s+)?(\S+\.[a-z]+)\s+\S+\s+\S+/.exec(line);
    if (match === null) return unreadable(`systemctl printed a line midwatch cannot read: ${shortText(line, 80)}`);
    units.push(shortText(match[1] ?? "", 120));
  }
  return parsed(units);
};
