import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import type { UpgradeState } from "./state.ts";

export const packagePrograms: readonly Program[] = [{ path: "/usr/bin/apt-get", run: (call) => aptGet(call) }];

const aptGet = ({ args, host, user }: Call): Output => {
  const simulated = args.some((word) => word === "-s" || word === "--simulate" || word === "--dry-run");
  if (!simulated) {
    return user === "root"
      ? fail(100, "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 2211 (unattended-upgr)")
      : fail(
          100,
          "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?",
        );
  }
  const waiting = host.upgrades;
  const listed = waiting.length === 0 ? [] : ["The following packages will be upgraded:", ...wrap(waiting)];
  return out(
    lines([
      "Reading package lists...",
      "Building dependency tree...",
      "Reading state information...",
      "Calculating upgrade...",
      ...listed,
      `${waiting.length} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.`,
      ...waiting.map((one) => `Inst ${one.name} [${one.from}] (${one.to} ${origin(one)} [${architecture(one)}])`),
      ...waiting.map((one) => `Conf ${one.name} (${one.to} ${origin(one)} [${architecture(one)}])`),
    ]),
    420,
  );
};

const origin = ({ security }: UpgradeState): string =>
  security ? "Debian-Security:12/oldstable-security" : "Debian:12.12/oldstable";

const architecture = ({ name }: UpgradeState): string =>
  name === "tzdata" || name === "mariadb-common" ? "all" : "amd64";

const wrap = (upgrades: readonly UpgradeState[]): readonly string[] => {
  const rows: string[] = [];
  let row = " ";
  for (const { name } of upgrades) {
    if (row.length + name.length > 78) {
      rows.push(row);
      row = " ";
    }
    row += ` ${name}`;
  }
  return [...rows, row];
};
