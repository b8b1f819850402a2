import { NODES, type NodeName } from "../layout.ts";
import type { World } from "../world.ts";
import { bricksOf, volumesOf, type BrickState, type VolumeState } from "./state.ts";

/** All of them at once, when they are told to. */
const TOLD_PER_SECOND = 80;
/** Entries the self-heal daemon puts right in a second; small files on a local network. */
const HEALS_PER_SECOND = 6;

export const tickGluster = (world: World, stepMs: number): void => {
  for (const node of NODES) startBricks(world, node);
  for (const volume of volumesOf(world.gluster)) tickVolume(world, volume, stepMs / 1_000);
};

const startBricks = (world: World, node: NodeName): void => {
  const { gluster, hosts } = world;
  const unit = hosts[node].units.get("glusterd");
  if (unit === undefined || unit.active !== "active" || !hosts[node].up) return;
  const started = unit.sinceMs !== gluster.daemonSeenMs[node];
  // What ran before anybody looked is as it is.
  const first = gluster.daemonSeenMs[node] === 0;
  gluster.daemonSeenMs[node] = unit.sinceMs;
  if (started && !first) for (const volume of volumesOf(gluster)) volume.bricks[node].running = true;
};

export const isOnline = (world: World, brick: BrickState): boolean => world.hosts[brick.host].up && brick.running;

/** While a brick is away the others note every change for it; when all are back the notes are worked off. */
const tickVolume = (world: World, volume: VolumeState, seconds: number): void => {
  const bricks = bricksOf(volume);
  const online = bricks.filter((brick) => isOnline(world, brick));
  const busy = world.traffic.requestsPerSecond / 40;
  const changes = online.length === 0 ? 0 : world.random.count(volume.changesPerSecond * busy * seconds);
  volume.usedKb += changes * 0.4;
  if (online.length < bricks.length) {
    for (const brick of online) brick.pending += changes;
    return;
  }
  const healed = world.random.count((volume.healedNow ? TOLD_PER_SECOND : HEALS_PER_SECOND) * seconds);
  for (const brick of bricks) brick.pending = Math.max(0, brick.pending - healed);
  if (bricks.every(({ pending }) => pending === 0)) volume.healedNow = false;
};
