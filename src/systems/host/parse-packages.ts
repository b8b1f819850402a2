import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

export interface Upgrade {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** It comes from a security archive or advisory. */
  readonly security: boolean;
}

export interface Upgrades {
  readonly upgrades: readonly Upgrade[];
  /** Held back by the administrator, by phasing or by conflicts; not among `upgrades`. */
  readonly heldBack: number;
}

/**
 * `apt-get -s dist-upgrade`: `Inst NAME [OLD] (NEW ORIGIN:VERSION/SUITE[, …] [ARCH])`. What has no OLD is newly
 * installed for another's sake and is not an upgrade of its own.
 */
export const parseApt = (reply: HostReply): Parsed<Upgrades> => {
  if (reply.exitCode !== 0) {
    const why = firstLine(reply.stderr, `apt-get ended with ${reply.exitCode}`);
    return /dpkg was interrupted/.test(reply.stderr)
      ? notParsed("failed", why, "sudo dpkg --configure -a")
      : notParsed("failed", why);
  }
  const summary = /^(\d+) upgraded, .*?\bto remove and (\d+) not upgraded/m.exec(reply.stdout);
  const heldBack = wholeNumber(summary?.[2]);
  if (heldBack === undefined) return unreadable("apt-get printed no summary line");
  const upgrades: Upgrade[] = [];
  for (const line of reply.stdout.split("\n")) {
    const match = /^Inst (\S+) \[([^\]]+)\] \(([^\s)]+)(?:\s([^)]*))?\)/.exec(line);
    if (match === null) continue;
    const [, name = "", from = "", to = "", origins = ""] = match;
    upgrades.push({
      name: shortText(name, 120),
      from: shortText(from, 80),
      to: shortText(to, 80),
      // Debian-Security:12/stable-security, Ubuntu:22.04/jammy-security, UbuntuESM:…
      security: /security/i.test(origins),
    });
  }
  // A reply cut short would claim fewer than there are.
  const counted = wholeNumber(summary?.[1]) ?? 0;
  if (upgrades.length < counted) return unreadable(`apt-get counts ${counted} upgrades but lists ${upgrades.length}`);
  return parsed({ upgrades, heldBack });
};

/**
 * `dnf -q -C check-update [--security]`: exit code 0 for none, 100 for some; lines `NAME.ARCH  VERSION  REPOSITORY`,
 * then a list of obsoletes that is not about upgrades (dnf(8), check-update). Answers with `name version` per line.
 */
export const parseDnf = (reply: HostReply): Parsed<readonly string[]> => {
  const blind = unreadDatabase(reply);
  if (blind !== undefined) return notParsed("failed", blind);
  if (reply.exitCode === 0) return parsed([]);
  if (reply.exitCode !== 100)
    return notParsed("failed", firstLine(reply.stderr, `dnf ended with ${reply.exitCode}`), "sudo dnf makecache");
  const upgrades: string[] = [];
  for (const line of reply.stdout.split("\n")) {
    if (/^Obsoleting /i.test(line)) break;
    const [, name = "", version = ""] = /^(\S+)\s+(\S+)\s+\S+\s*$/.exec(line) ?? [];
    if (/.\../.test(name)) upgrades.push(shortText(`${name} ${version}`, 200));
  }
  return upgrades.length === 0 ? unreadable("dnf says there are updates and lists none") : parsed(upgrades);
};

/** dnf goes on where rpm cannot open its database, and finds nothing: what rpm said of it is all that tells. */
const unreadDatabase = ({ stderr }: HostReply): string | undefined => {
  const said = /^error: .*/m.exec(stderr)?.[0];
  return said === undefined ? undefined : `dnf could not read which packages are installed: ${shortText(said, 160)}`;
};

export interface NeedsRestarting {
  readonly reboot: boolean;
  /** Packages that were updated since the boot and only take effect after a reboot. */
  readonly because: readonly string[];
}

/** `dnf needs-restarting -r`: exit code 1 and a list when a reboot is needed, 0 when not (dnf-plugins-core). */
export const parseNeedsRestarting = (reply: HostReply): Parsed<NeedsRestarting> => {
  const blind = unreadDatabase(reply);
  if (blind !== undefined) return notParsed("failed", blind);
  const needed = /Reboot is required/i.test(reply.stdout);
  const notNeeded = /Reboot should not be necessary/i.test(reply.stdout);
  if (needed === notNeeded)
    return notParsed("failed", firstLine(reply.stderr, `needs-restarting ended with ${reply.exitCode}`));
  const because = [...reply.stdout.matchAll(/^[ \t]+\* (\S+)/gm)].map((match) => shortText(match[1] ?? "", 80));
  return parsed({ reboot: needed, because: needed ? because : [] });
};
