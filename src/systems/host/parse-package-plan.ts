import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";
import { parseApt, type Upgrade } from "./parse-packages.ts";

/** What a package manager would do. */
export interface PackagePlan {
  readonly upgrades: readonly Upgrade[];
  /** Newly installed for another's sake. */
  readonly installs: readonly string[];
  readonly removals: readonly string[];
  /** Would be newer and stay as they are: held, phased or in conflict. */
  readonly heldBack: number;
}

/** `apt-get -s upgrade …`, as {@link parseApt}, and what it would install and remove. */
export const parseAptPlan = (reply: HostReply): Parsed<PackagePlan> => {
  const upgrades = parseApt(reply);
  if (!upgrades.ok) return upgrades;
  const names = (pattern: RegExp): readonly string[] =>
    [...reply.stdout.matchAll(pattern)].map((match) => shortText(match[1] ?? "", 120));
  return parsed({
    ...upgrades.value,
    installs: names(/^Inst (\S+) \((?!\])/gm),
    removals: names(/^(?:Remv|Purg) (\S+)/gm),
  });
};

/** `apt-get --print-uris`: `'URI' FILE BYTES HASH` per file; bytes to fetch in all. */
export const parseDownload = (reply: HostReply): Parsed<number> => {
  if (reply.exitCode !== 0) return notParsed("failed", firstLine(reply.stderr, `apt-get ended with ${reply.exitCode}`));
  let bytes = 0;
  for (const line of reply.stdout.split("\n")) {
    const size = wholeNumber(/^'[^']*' \S+ (\d+)(?: |$)/.exec(line)?.[1]);
    if (size !== undefined) bytes += size;
  }
  return parsed(bytes);
};

/** `apt-mark showhold`: a name a line. */
export const parseNames = (reply: HostReply): Parsed<readonly string[]> =>
  reply.exitCode === 0
    ? parsed(
        reply.stdout
          .split("\n")
          .map((line) => shortText(line.trim(), 120))
          .filter((name) => name !== ""),
      )
    : notParsed("failed", firstLine(reply.stderr, `it ended with ${reply.exitCode}`));

/** `dpkg --audit`: silence is good; else paragraphs about what is half installed, each package on a line that begins with a space. */
export const parseAudit = (reply: HostReply): Parsed<readonly string[]> => {
  if (reply.exitCode > 1) return notParsed("failed", firstLine(reply.stderr, `dpkg ended with ${reply.exitCode}`));
  const broken = [...reply.stdout.matchAll(/^ (\S+)/gm)].map((match) => shortText(match[1] ?? "", 120));
  if (broken.length === 0 && reply.stdout.trim() !== "") return unreadable("dpkg --audit names no package");
  return parsed(broken);
};

/** `NAME\tVERSION\tSTATUS` a line, as asked for of dpkg-query; rpm's lines have no status. What is not installed is left out. */
export const parseVersions = (reply: HostReply): Parsed<ReadonlyMap<string, string>> => {
  const versions = new Map<string, string>();
  for (const line of reply.stdout.split("\n")) {
    const [name = "", version = "", status = "installed"] = line.split("\t");
    if (name !== "" && version !== "" && status.trim() === "installed")
      // An epoch of 0 is as good as none, and dnf tells none.
      versions.set(shortText(name.replace(/:\w+$/, ""), 120), shortText(version.replace(/^0:/, ""), 80));
  }
  // Both exit with 1 when one of several names is not there.
  if (versions.size === 0 && reply.exitCode > 1)
    return notParsed("failed", firstLine(reply.stderr, `it ended with ${reply.exitCode}`));
  return parsed(versions);
};
