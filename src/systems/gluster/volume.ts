import { mapReading, pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { liveliest } from "../unit.ts";
import { daemonCommand, healCommand, processesCommand, splitBrainCommand } from "./commands.ts";
import { pendingOf, trendOf, type Pending, type Trend } from "./heal.ts";
import type { BrickHeal } from "./parse-heal.ts";
import type { SplitBrain } from "./parse-split-brain.ts";
import type { BrickInfo, VolumeInfo } from "./parse-volumes.ts";
import { hostNamed, volumeTarget } from "./pool.ts";

export interface Volume {
  readonly name: string;
  /** Named by the inventory. */
  readonly expected: boolean;
  readonly info: Reading<Pick<VolumeInfo, "status" | "type" | "replicas">>;
  /** None while the volume's make-up is not known. */
  readonly bricks: readonly Brick[];
  readonly pending: Reading<Pending>;
  readonly trend: Reading<Trend>;
  /** The files themselves; asked less often than their number in `pending`. */
  readonly splitBrain: Reading<SplitBrain>;
}

export interface Brick {
  /** The inventory's name of its host, or Gluster's where the inventory has none. */
  readonly host: string;
  readonly path: string;
  readonly arbiter: boolean;
  /** Whether a client on the host that is asked for the pool gets through to it. */
  readonly connected: Reading<boolean>;
  readonly process: Reading<"running" | "frozen" | "none">;
  /** Whether it serves, judged from both. */
  readonly online: Reading<boolean>;
  /** Entries it holds for bricks that missed them. */
  readonly pending: Reading<number>;
}

export const volumeFacts = (
  name: string,
  expected: boolean,
  infos: Reading<readonly VolumeInfo[]>,
  context: Context,
): Volume => {
  const { samples } = context;
  const info = pickReading(infos, (list) => list.find((each) => each.name === name), "the pool has no such volume");
  const replicas = info.state === "known" ? info.value.replicas : 1;
  const target = volumeTarget(name);
  const notAsked = unknownReading("missing", "asked only for volumes in the inventory");
  const heals = expected ? readingOf(samples.latest(healCommand, target), (value) => value) : notAsked;
  return {
    name,
    expected,
    info: mapReading(info, ({ status, type }) => ({ status, type, replicas })),
    bricks:
      info.state === "known" ? info.value.bricks.map((brick) => brickFacts(brick, info.value, heals, context)) : [],
    pending: mapReading(heals, (bricks) => pendingOf(bricks, replicas)),
    trend: heals.state === "known" ? trendOf(samples.history(healCommand, target), replicas) : heals,
    splitBrain: expected ? readingOf(samples.latest(splitBrainCommand, target), (value) => value) : notAsked,
  };
};

const brickFacts = (
  brick: BrickInfo,
  volume: VolumeInfo,
  heals: Reading<readonly BrickHeal[]>,
  context: Context,
): Brick => {
  const host = hostNamed(context.cluster, brick.host);
  const heal = pickReading(
    heals,
    (list) => list.find((each) => each.host === brick.host && each.path === brick.path),
    "the heal summary leaves it out",
  );
  const connected = mapReading(heal, (value) => value.connected);
  const process = processOf(host, brick, volume, context);
  return {
    host,
    path: brick.path,
    arbiter: brick.arbiter,
    connected,
    process,
    online: onlineOf(connected, process, daemonDown(host, context)),
    pending: pendingReading(heal),
  };
};

/**
 * A process that does not run serves nobody, unless a client has got through since. A process that runs and that a new
 * client cannot reach serves its old clients all the same where glusterd is stopped: only glusterd tells a newcomer the
 * brick's port.
 */
const onlineOf = (
  connected: Brick["connected"],
  process: Brick["process"],
  withoutDaemon: boolean,
): Reading<boolean> => {
  if (process.state === "known" && process.value !== "running") {
    const newerWord = connected.state === "known" && connected.value && connected.atMs > process.atMs;
    if (!newerWord) return { ...process, value: false };
  }
  const serves = process.state === "known" && process.value === "running";
  const unreached = connected.state === "known" && !connected.value;
  return serves && unreached && withoutDaemon ? { ...process, value: true } : connected;
};

const daemonDown = (host: string, { samples }: Context): boolean => {
  const unit = readingOf(samples.latest(daemonCommand, host), liveliest);
  return unit.state === "known" && ["inactive", "failed"].includes(unit.value?.active ?? "");
};

const pendingReading = (heal: Reading<BrickHeal>): Reading<number> => {
  if (heal.state === "unknown") return heal;
  const { entries, problem } = heal.value;
  return entries === undefined
    ? unknownReading("unreachable", problem ?? "it gave no count")
    : { ...heal, value: entries.total };
};

const processOf = (
  host: string,
  { path }: BrickInfo,
  { multiplexed }: VolumeInfo,
  { samples, cluster }: Context,
): Brick["process"] => {
  if (cluster.gluster?.hosts.includes(host) !== true)
    return unknownReading("missing", "its host is not in the inventory");
  const processes = readingOf(samples.latest(processesCommand, host), (value) => value);
  return pickReading(
    processes,
    ({ bricks }) => {
      const process = bricks.find((each) => each.path === path);
      if (process !== undefined) return process.frozen ? "frozen" : "running";
      return multiplexed && bricks.length > 0 ? undefined : "none";
    },
    "bricks share processes here (cluster.brick-multiplex)",
  );
};
