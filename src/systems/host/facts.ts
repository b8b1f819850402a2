import type { Link } from "../../connect/access.ts";
import type { ReadCommand } from "../../connect/command.ts";
import type { Sample } from "../../connect/sample.ts";
import type { Host } from "../../inventory/cluster.ts";
import { pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import {
  aptUpgrades,
  clock,
  disks,
  dnfSecurity,
  dnfUpgrades,
  failedUnits,
  marks,
  namedDisks,
  needsRestarting,
  packageRun,
  vitals,
} from "./commands.ts";
import type { HostFact, HostFacts, Packages } from "./facts-schema.ts";
import { localHolds, namedHolds, placeDisks } from "./place-disks.ts";
import type { Upgrades } from "./parse-packages.ts";
import type { Vitals } from "./parse-vitals.ts";
import { rebootOf } from "./reboot.ts";

export const hostFacts = (context: Context): HostFacts => ({
  hosts: context.cluster.hosts.map((host) => hostFact(host, context)),
});

const hostFact = (host: Host, { cluster, samples, nowMs }: Context): HostFact => {
  const { name } = host;
  const link = samples.link(name);
  // The last answers of a host that is gone are seconds old and look live: they go with it.
  const live = <T, P>(command: ReadCommand<T, P>): Sample<T> => whileUp(samples.latest(command, name), link);
  const vital = live(vitals);
  const mark = live(marks);
  const time = live(clock);
  return {
    host: name,
    address: host.address,
    roles: host.roles,
    connection: connectionOf(link, nowMs),
    roundTripMs: roundTripOf(link, nowMs),
    load: readingOf(vital, ({ load, cores }) => ({
      averages: load,
      cores,
      perCore: load[0] / cores,
      perCoreSteady: load[1] / cores,
    })),
    memory: readingOf(vital, memoryFact),
    uptimeMs: readingOf(vital, (value) => value.uptimeMs),
    clock: readingOf(time, ({ offsetMs, errorMs }) => ({ offsetMs, errorMs })),
    disks: readingOf(live(disks), (list) => placeDisks(list, localHolds(cluster, host), samples.history(disks, name))),
    ...(host.disks.length === 0
      ? {}
      : {
          namedDisks: readingOf(live(namedDisks), (list) =>
            placeDisks(list, namedHolds(host), samples.history(namedDisks, name)),
          ),
        }),
    failedUnits: readingOf(live(failedUnits), (units) => units),
    packageRun: readingOf(live(packageRun), (run) => run),
    reboot: rebootOf(mark, vital, time, live(needsRestarting)),
    packages: packagesOf(readingOf(live(aptUpgrades), aptPackages), dnfPackages(live(dnfUpgrades), live(dnfSecurity))),
    packageListsAgeMs: pickReading(
      readingOf(mark, ({ listsAtMs }) => (listsAtMs === undefined ? undefined : Math.max(0, nowMs - listsAtMs))),
      (ageMs) => ageMs,
      "the host keeps no trace of when its package lists were fetched",
    ),
  };
};

const whileUp = <T>(sample: Sample<T>, link: Link): Sample<T> => {
  if (link.state !== "down" || sample.state === "unknown") return sample;
  const { reason, detail, fix } = link;
  return { state: "unknown", reason, detail, ...(fix === undefined ? {} : { fix }), atMs: link.sinceMs, last: sample };
};

type Memory = Extract<HostFact["memory"], { state: "known" }>["value"];

const memoryFact = (value: Vitals): Memory => ({
  totalBytes: value.memoryTotalBytes,
  availableBytes: value.memoryAvailableBytes,
  usedShare: 1 - value.memoryAvailableBytes / value.memoryTotalBytes,
  swapTotalBytes: value.swapTotalBytes,
  swapUsedBytes: value.swapTotalBytes - value.swapFreeBytes,
});

const connectionOf = (link: Link, nowMs: number): HostFact["connection"] => {
  switch (link.state) {
    case "up":
      return { state: "known", value: { sinceMs: link.sinceMs }, atMs: nowMs };
    case "connecting":
      return unknownReading("pending", "connecting");
    case "down":
      return unknownReading(link.reason, link.detail, link.fix);
  }
};

const roundTripOf = (link: Link, nowMs: number): Reading<number> => {
  if (link.state === "down") return unknownReading(link.reason, link.detail, link.fix);
  return link.state === "up" && link.roundTripMs !== undefined
    ? { state: "known", value: link.roundTripMs, atMs: nowMs }
    : unknownReading("pending", "not measured yet");
};

const aptPackages = ({ upgrades, heldBack }: Upgrades): Packages => ({
  manager: "apt",
  upgradable: upgrades.length,
  security: upgrades.filter((upgrade) => upgrade.security).length,
  heldBack,
  names: upgrades.map(({ name, from, to }) => `${name} ${from} → ${to}`),
});

const dnfPackages = (all: Sample<readonly string[]>, security: Sample<readonly string[]>): Reading<Packages> => {
  const upgradable = readingOf(all, (names) => names);
  if (upgradable.state === "unknown") return upgradable;
  const urgent = readingOf(security, (names) => names.length);
  if (urgent.state === "unknown") return urgent;
  const { value: names, atMs } = upgradable;
  return { state: "known", atMs, value: { manager: "dnf", upgradable: names.length, security: urgent.value, names } };
};

/** Both are asked, because the inventory does not say which a host has; the one that is there answers. */
const packagesOf = (apt: Reading<Packages>, dnf: Reading<Packages>): Reading<Packages> => {
  if (apt.state === "known" || dnf.state === "known") return apt.state === "known" ? apt : dnf;
  if (apt.reason !== "missing") return apt;
  return dnf.reason === "missing" ? unknownReading("missing", "neither apt-get nor dnf is installed") : dnf;
};
