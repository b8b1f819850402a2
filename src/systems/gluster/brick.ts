import type { Known } from "../../connect/sample.ts";
import { mapReading, pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { liveliest } from "../unit.ts";
import { daemonCommand, processesCommand } from "./commands.ts";
import type { BrickHeal } from "./parse-heal.ts";
import type { Processes } from "./parse-processes.ts";
import type { BrickInfo, VolumeInfo } from "./parse-volumes.ts";
import { hostNamed } from "./pool.ts";

export interface Brick {
  /** The inventory's name of its host, or Gluster's where the inventory has none. */
  readonly host: string;
  readonly path: string;
  readonly arbiter: boolean;
  /** Whether a client on the host that is asked for the pool gets through to it. */
  readonly connected: Reading<boolean>;
  readonly process: Reading<Process>;
  /** Whether it serves, judged from both. */
  readonly online: Reading<boolean>;
  /** Entries it holds for bricks that missed them. */
  readonly pending: Reading<number>;
}

export type Process =
  | { readonly state: "running" | "frozen"; /** By this machine's clock. */ readonly startedAtMs: number }
  | { readonly state: "none" };

export interface Heals {
  readonly heals: Reading<readonly BrickHeal[]>;
  readonly history: readonly Known<readonly BrickHeal[]>[];
}

export const brickFacts = (
  brick: BrickInfo,
  volume: VolumeInfo,
  { heals, history }: Heals,
  context: Context,
): Brick => {
  const host = hostNamed(context.cluster, brick.host);
  const own = (list: readonly BrickHeal[]) => list.find((each) => each.host === brick.host && each.path === brick.path);
  const heal = pickReading(heals, own, "the heal summary leaves it out");
  const connected = mapReading(heal, (value) => value.connected);
  const process = processOf(host, brick, volume, context);
  const earlier = heals.state === "known" ? history.findLast(({ atMs }) => heals.atMs - atMs >= ONCE_MS) : undefined;
  const failedOnce = earlier !== undefined && own(earlier.value)?.connected === true;
  const online = onlineOf(connected, process, { withoutDaemon: daemonDown(host, context), failedOnce });
  const counted = pendingReading(heal);
  return {
    host,
    path: brick.path,
    arbiter: brick.arbiter,
    connected,
    process,
    online,
    // Its last count was made while it lived: what it lacks now only the others know.
    pending: counted.state === "known" && online.state === "known" && !online.value ? gone : counted,
  };
};

const gone = unknownReading("unreachable", "the brick is offline: what it has to heal is not known");

/** A brick that has just been started opens its port only now. */
const SETTLE_MS = 3_000;

/** A client is made for every question, and on a busy host one may fail to get through in time. */
const ONCE_MS = 5_000;

/**
 * A process that does not run serves nobody, unless a client has got through since. A process that runs and that a new
 * client could not reach serves its old clients all the same where glusterd is stopped, because only glusterd tells a
 * newcomer the brick's port; and where it has been started since, the client's word is out of date.
 */
const onlineOf = (
  connected: Brick["connected"],
  process: Brick["process"],
  { withoutDaemon, failedOnce }: { readonly withoutDaemon: boolean; readonly failedOnce: boolean },
): Reading<boolean> => {
  if (process.state === "unknown") return connected;
  if (process.value.state !== "running") {
    const newerWord = connected.state === "known" && connected.value && connected.atMs > process.atMs;
    return newerWord ? connected : { ...process, value: false };
  }
  if (connected.state === "unknown" || connected.value) return connected;
  if (process.value.startedAtMs + SETTLE_MS > connected.atMs)
    return unknownReading("pending", "started since it was last asked");
  if (withoutDaemon) return { ...process, value: true };
  return failedOnce ? unknownReading("pending", "its process runs, and one client did not get through") : connected;
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
  const sample = samples.latest(processesCommand, host);
  const listedAtMs = sample.atMs;
  const find = ({ bricks }: Processes): Process | undefined => {
    const process = bricks.find((each) => each.path === path);
    if (process === undefined) return multiplexed && bricks.length > 0 ? undefined : { state: "none" };
    return { state: process.frozen ? "frozen" : "running", startedAtMs: listedAtMs - process.ageMs };
  };
  return pickReading(
    readingOf(sample, (value) => value),
    find,
    "bricks share processes here (cluster.brick-multiplex)",
  );
};
