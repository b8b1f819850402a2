import type { HostCommand } from "../../connect/command.ts";
import { parseClock, type Clock } from "./parse-clock.ts";
import { parseDisks, parseNamedDisks, type Disk } from "./parse-disks.ts";
import { parseMarks, type Marks } from "./parse-marks.ts";
import { parseApt, parseDnf, parseNeedsRestarting, type NeedsRestarting, type Upgrades } from "./parse-packages.ts";
import { PACKAGE_PROGRAMS, parsePackageRun, type PackageRun } from "./parse-package-run.ts";
import { parseFailedUnits } from "./parse-units.ts";
import { parseVitals, type Vitals } from "./parse-vitals.ts";

const LOGIN = { need: "login" } as const;
const NICE = ["nice", "-n", "19"] as const;

/** Asked first in a refresh, so that nothing else stands between the question and the clock. */
export const clock: HostCommand<Clock, void, "read"> = {
  id: "host.clock",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "How far the host's clock is from this machine's",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: () => ["date", "+%s.%N"],
  parse: parseClock,
};

/**
 * One grep for everything the kernel says in files: only the lines needed, each with the name of its file. Files a
 * host does not have (or hides, as /proc/1 under hidepid) are simply absent.
 */
export const vitals: HostCommand<Vitals, void, "read"> = {
  id: "host.vitals",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "Load, cores, memory, swap and uptime",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: () => [
    "grep",
    "-HsE",
    "^(Mem(Total|Available)|Swap(Total|Free)): |^[0-9.]+ [0-9.]+|^[0-9]+([-,][0-9]+)*$|^1 \\(",
    "/proc/loadavg",
    "/proc/uptime",
    "/proc/meminfo",
    "/sys/devices/system/cpu/online",
    "/proc/1/stat",
  ],
  parse: parseVitals,
};

const DF = ["df", "-B1", "--output=fstype,size,used,avail,itotal,iused,target"] as const;

/**
 * Local file systems only: df leaves the remote ones out without touching them, so a hung Gluster or NFS mount does
 * not hang it (coreutils df.c: "Avoid stating remote file systems as that may hang"). A process of its own all the
 * same, because a dying disk can hang it too.
 */
export const disks: HostCommand<readonly Disk[], void, "read"> = {
  id: "host.disks",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Space and inodes of the local file systems",
  privilege: LOGIN,
  deadlineMs: 4_000,
  argv: () => [...DF, "-l"],
  parse: parseDisks,
};

/** The paths the inventory names, which may be remote and may hang: asked apart from the local ones. */
export const namedDisks: HostCommand<readonly Disk[], readonly string[], "read"> = {
  id: "host.named_disks",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Space and inodes of the paths the inventory names",
  privilege: LOGIN,
  deadlineMs: 4_000,
  argv: (paths) => [...DF, "--", ...paths],
  parse: parseNamedDisks,
};

/** Asks systemd, which may itself be stuck, so not in the batch. */
export const failedUnits: HostCommand<readonly string[], void, "read"> = {
  id: "host.failed_units",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "systemd units that failed",
  privilege: LOGIN,
  deadlineMs: 4_000,
  argv: () => ["systemctl", "list-units", "--state=failed", "--full", "--plain", "--no-legend", "--no-pager"],
  parse: parseFailedUnits,
};

export const packageRun: HostCommand<PackageRun, void, "read"> = {
  id: "host.package_run",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "Whether packages are being installed, upgraded or removed now",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: () => ["ps", "-o", "pid=,etimes=,comm=,args=", "-C", PACKAGE_PROGRAMS, "-p", "1"],
  parse: parsePackageRun,
};

/**
 * Time stamps that tell whether a reboot waits and how old the package lists are. A kernel image that came after the
 * boot means a reboot even where no package leaves /run/reboot-required (plain Debian without unattended-upgrades).
 */
export const marks: HostCommand<Marks, void, "read"> = {
  id: "host.marks",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "Reboot flag, kernels installed, age of the package lists",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: () => [
    "find",
    "/run/reboot-required",
    "/boot",
    "/var/lib/apt/lists/partial",
    "/var/lib/apt/periodic/update-success-stamp",
    "/var/cache/dnf/last_makecache",
    "-maxdepth",
    "1",
    "(",
    "-path",
    "/boot/vmlinuz-*",
    "-o",
    "-not",
    "-path",
    "/boot*",
    ")",
    "-printf",
    "%C@ %T@ %p\\n",
  ],
  parse: parseMarks,
};

/** A simulation, as an ordinary user, without locks: it changes nothing and does not stand in anybody's way. */
export const aptUpgrades: HostCommand<Upgrades, void, "read"> = {
  id: "host.packages_apt",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Packages apt would upgrade, and which of them come from a security archive",
  privilege: LOGIN,
  deadlineMs: 60_000,
  argv: () => [
    ...NICE,
    "apt-get",
    "-s",
    "-q",
    "-o",
    "Debug::NoLocking=true",
    "-o",
    "APT::Get::Show-User-Simulation-Note=false",
    "dist-upgrade",
  ],
  parse: parseApt,
};

// -C: the system's own cache, read-only for an ordinary user; without it dnf would download into the user's.
const DNF = [...NICE, "dnf", "-q", "-C", "check-update"] as const;

export const dnfUpgrades: HostCommand<readonly string[], void, "read"> = {
  id: "host.packages_dnf",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Packages dnf would upgrade",
  privilege: LOGIN,
  deadlineMs: 60_000,
  argv: () => DNF,
  parse: parseDnf,
};

export const dnfSecurity: HostCommand<readonly string[], void, "read"> = {
  id: "host.security_dnf",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Packages dnf would upgrade for a security advisory",
  privilege: LOGIN,
  deadlineMs: 60_000,
  argv: () => [...DNF, "--security"],
  parse: parseDnf,
};

export const needsRestarting: HostCommand<NeedsRestarting, void, "read"> = {
  id: "host.needs_restarting",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether a Red Hat-like host must be rebooted",
  privilege: LOGIN,
  deadlineMs: 60_000,
  // dnf's own: the program of this name alone is part of another package, which few have.
  argv: () => [...NICE, "dnf", "-q", "-C", "needs-restarting", "-r"],
  parse: parseNeedsRestarting,
};
