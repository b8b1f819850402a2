import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import type { HostState, UpgradeState } from "./state.ts";

/** The package manager: what waits can be upgraded, and then is. */
export const packagePrograms: readonly Program[] = [
  { path: "/usr/bin/apt-get", run: (call) => aptGet(call) },
  {
    path: "/usr/bin/apt-mark",
    run: ({ args }) => (args[0] === "showhold" ? out("") : fail(1, "E: Invalid operation")),
  },
  { path: "/usr/bin/dpkg", run: (call) => dpkg(call) },
];

/** The version a host has of a package; `otherwise` for one that never had anything newer. */
export const versionOn = ({ upgrades, upgraded }: HostState, name: string, otherwise: string): string =>
  upgraded.get(name) ?? upgrades.find((one) => one.name === name)?.from ?? otherwise;

const LOCK = "/var/lib/dpkg/lock-frontend";
const VERBS = ["upgrade", "dist-upgrade", "full-upgrade", "install"] as const;

const aptGet = (call: Call): Output => {
  const { args, host, user } = call;
  const at = args.findIndex((word) => VERBS.some((verb) => verb === word));
  if (at < 0) return fail(100, "E: Invalid operation");
  const names = args.slice(at + 1).filter((word) => !word.startsWith("-"));
  const chosen = args[at] === "install" ? withDependencies(host, names) : host.upgrades;
  if (args.includes("--print-uris")) return out(lines(chosen.map(uri)), 300);
  const simulated = args.some((word) => word === "-s" || word === "--simulate" || word === "--dry-run");
  if (host.interrupted.length > 0)
    return fail(100, "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. ");
  if (simulated) return out(lines(announcement(host, chosen, true)), 420);
  if (user !== "root")
    return fail(
      100,
      `E: Could not open lock file ${LOCK} - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (${LOCK}), are you root?`,
    );
  if (isFull(host)) {
    host.interrupted = chosen.map(({ name }) => name);
    return fail(
      100,
      "E: Sub-process /usr/bin/dpkg returned an error code (1)",
      lines(["dpkg: error processing archive: cannot copy extracted data: failed to write (No space left on device)"]),
      2_000,
    );
  }
  return install(call, chosen);
};

/** Packages of one source go together. */
const withDependencies = ({ upgrades }: HostState, names: readonly string[]): readonly UpgradeState[] => {
  const named = upgrades.filter(({ name }) => names.includes(name));
  return upgrades.filter(({ to }) => named.some((one) => one.to === to));
};

/** Less than ten megabytes where packages go. */
const isFull = ({ disks: [root] }: HostState): boolean =>
  root !== undefined && root.sizeKb * 0.95 - root.usedKb < 10_240;

const PACKAGE_MS = 700;

/** Everything is there at once; what is printed comes as time goes by, as far as anybody watches. */
const install = (call: Call, chosen: readonly UpgradeState[]): Output => {
  const { host } = call;
  const told = [
    ...announcement(host, chosen, false),
    ...chosen.map(({ name, from, to }) => `Unpacking ${name} (${to}) over (${from}) ...`),
    ...chosen.map(({ name, to }) => `Setting up ${name} (${to}) ...`),
  ];
  for (const { name, to } of chosen) host.upgraded.set(name, to);
  host.upgrades = host.upgrades.filter((one) => !chosen.includes(one));
  const names = chosen.map(({ name }) => name);
  for (const [pattern, unit] of RESTARTS) if (names.some((name) => pattern.test(name))) restart(call, unit);
  return out(lines(told), 1_500 + chosen.length * PACKAGE_MS);
};

/** What packages restart, or start where it was stopped and is enabled. HAProxy's only reloads. */
const RESTARTS: readonly (readonly [RegExp, string])[] = [
  [/^mariadb-server$/, "mariadb"],
  [/^glusterfs-server$/, "glusterd"],
  [/^(apache2|libapache2-mod-php.*)$/, "apache2"],
];

const restart = ({ host, world }: Call, name: string): void => {
  const unit = host.units.get(name);
  if (unit === undefined || !unit.enabled) return;
  Object.assign(unit, {
    active: "active",
    sub: "running",
    result: "success",
    sinceMs: world.nowMs,
    pid: world.random.between(2_000, 30_000),
  });
};

const announcement = (
  { upgrades }: HostState,
  chosen: readonly UpgradeState[],
  simulated: boolean,
): readonly string[] => [
  "Reading package lists...",
  "Building dependency tree...",
  "Reading state information...",
  "Calculating upgrade...",
  ...(chosen.length === 0 ? [] : ["The following packages will be upgraded:", ...wrap(chosen)]),
  `${chosen.length} upgraded, 0 newly installed, 0 to remove and ${upgrades.length - chosen.length} not upgraded.`,
  ...(simulated
    ? [
        ...chosen.map((one) => `Inst ${one.name} [${one.from}] (${one.to} ${origin(one)} [${architecture(one)}])`),
        ...chosen.map((one) => `Conf ${one.name} (${one.to} ${origin(one)} [${architecture(one)}])`),
      ]
    : []),
];

const uri = ({ name, to }: UpgradeState): string => {
  const file = `${name}_${to.replace(/^\d+:/, "")}_amd64.deb`;
  return `'http://deb.example/pool/${file}' ${file} ${180_000 + name.length * 41_203} SHA256:0`;
};

/** `--audit` and `--configure -a`. */
const dpkg = ({ args, host, user }: Call): Output => {
  if (args.includes("--audit")) {
    if (host.interrupted.length === 0) return out("", 60);
    const head =
      "The following packages are only half configured, probably due to problems\nconfiguring them the first time:";
    return out(lines([head, ...host.interrupted.map((name) => ` ${name}`)]), 60);
  }
  if (!args.includes("--configure")) return fail(2, "dpkg: error: need an action option");
  if (user !== "root") return fail(2, "dpkg: error: requested operation requires superuser privilege");
  const told = host.interrupted.map((name) => `Setting up ${name} ...`);
  host.interrupted = [];
  return out(lines(told), 500 + told.length * PACKAGE_MS);
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
