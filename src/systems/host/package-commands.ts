import { parsed, type HostCommand, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import {
  parseAptPlan,
  parseAudit,
  parseDownload,
  parseNames,
  parseVersions,
  type PackagePlan,
} from "./parse-package-plan.ts";
import { parseDnf } from "./parse-packages.ts";

/** What is to be upgraded: everything, or these and nothing that is not there already. */
export type Chosen = { readonly kind: "all" } | { readonly kind: "names"; readonly names: readonly string[] };

/** What becomes of a configuration file that was changed by hand and is new in the package. */
export type Conffiles = "keep" | "replace";

const LOGIN = { need: "login" } as const;
const NICE = ["nice", "-n", "19"] as const;

/** `upgrade --with-new-pkgs` removes nothing, unlike dist-upgrade. */
const wordsOf = (chosen: Chosen): readonly string[] =>
  chosen.kind === "all" ? ["upgrade", "--with-new-pkgs"] : ["install", "--only-upgrade", ...chosen.names];

const WITHOUT_LOCK = ["-o", "Debug::NoLocking=true", "-o", "APT::Get::Show-User-Simulation-Note=false"] as const;

const read = <T, P>(
  id: string,
  asks: string,
  argv: (params: P) => readonly string[],
  parse: (reply: HostReply) => Parsed<T>,
): HostCommand<T, P, "read"> => ({
  id,
  kind: "host",
  effect: "read",
  lane: "own",
  asks,
  privilege: LOGIN,
  deadlineMs: 60_000,
  argv,
  parse,
});

/** A simulation, as an ordinary user, without locks. */
export const aptPlan = read<PackagePlan, Chosen>(
  "host.apt_plan",
  "What apt would upgrade, install and remove for one choice of packages",
  (chosen) => [...NICE, "apt-get", "-s", "-q", ...WITHOUT_LOCK, ...wordsOf(chosen)],
  parseAptPlan,
);

export const aptDownload = read<number, Chosen>(
  "host.apt_download",
  "How much apt would have to fetch",
  (chosen) => [...NICE, "apt-get", "-qq", "--print-uris", ...WITHOUT_LOCK, ...wordsOf(chosen)],
  parseDownload,
);

export const aptHolds = read<readonly string[], void>(
  "host.apt_holds",
  "Packages the administrator holds at their version",
  () => ["apt-mark", "showhold"],
  parseNames,
);

export const dpkgAudit = read<readonly string[], void>(
  "host.dpkg_audit",
  "Packages that are half installed",
  () => ["dpkg", "--audit"],
  parseAudit,
);

/** Without a name those of every package. */
export const dpkgVersions = read<ReadonlyMap<string, string>, readonly string[]>(
  "host.dpkg_versions",
  "Versions of packages by name, or of all",
  (names) => ["dpkg-query", "-W", "-f", "${Package}\\t${Version}\\t${db:Status-Status}\\n", ...names],
  parseVersions,
);

/** Without a name those of every package. */
export const rpmVersions = read<ReadonlyMap<string, string>, readonly string[]>(
  "host.rpm_versions",
  "Versions of packages by name, or of all",
  (names) => ["rpm", names.length === 0 ? "-qa" : "-q", "--qf", "%{NAME}\\t%{EVR}\\n", ...names],
  parseVersions,
);

/** `name.arch version` a line. */
export const dnfPlan = read<PackagePlan, { readonly security: boolean }>(
  "host.dnf_plan",
  "What dnf would upgrade for one choice of packages",
  ({ security }) => [...NICE, "dnf", "-q", "-C", "check-update", ...(security ? ["--security"] : [])],
  (reply) => {
    const lines = parseDnf(reply);
    if (!lines.ok) return lines;
    const upgrades = lines.value.map((line) => {
      const [name = "", to = ""] = line.split(" ");
      return { name: name.replace(/\.\w+$/, ""), from: "", to, security: false };
    });
    return parsed({ upgrades, installs: [], removals: [], heldBack: 0 });
  },
);

/** Nobody is there to answer: no questions, by any of those who ask. */
export const QUIET: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: "noninteractive",
  APT_LISTCHANGES_FRONTEND: "none",
  NEEDRESTART_SUSPEND: "1",
  LC_ALL: "C",
};

const CONFFILES: Readonly<Record<Conffiles, string>> = { keep: "--force-confold", replace: "--force-confnew" };

/** Waits for whoever has dpkg's lock, five minutes. */
const APT = ["/usr/bin/apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300"] as const;

export const aptUpgradeArgv = (chosen: Chosen, conffiles: Conffiles): readonly string[] => [
  ...APT,
  "-o",
  "Dpkg::Options::=--force-confdef",
  "-o",
  `Dpkg::Options::=${CONFFILES[conffiles]}`,
  ...wordsOf(chosen),
];

export const dnfUpgradeArgv = (chosen: Chosen): readonly string[] => [
  "/usr/bin/dnf",
  "-y",
  "upgrade",
  ...(chosen.kind === "all" ? [] : chosen.names),
];

/** Brings to an end what a crash or a full disk cut off. */
export const dpkgConfigureArgv = (conffiles: Conffiles): readonly string[] => [
  "/usr/bin/dpkg",
  "--configure",
  "-a",
  "--force-confdef",
  CONFFILES[conffiles],
];
