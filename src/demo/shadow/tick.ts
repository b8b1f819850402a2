import { isRunning } from "../host/state.ts";
import { MASTER, NODES } from "../layout.ts";
import type { World } from "../world.ts";
import { NOT_MOUNTED, SYNC_EVERY_MS, SYNC_TAKES_MS, type SyncState } from "./state.ts";

export const tickShadow = (world: World, stepMs: number): void => {
  const master = world.shadow.nodes[MASTER];
  const seconds = stepMs / 1_000;
  for (const name of NODES) {
    const sync = world.shadow.nodes[name];
    sync.drifted += world.random.count(0.008 * seconds);
    if (sync.runningMs === undefined) continue;
    sync.runningMs -= stepMs;
    if (sync.runningMs <= 0) finish(world, sync);
  }
  if (!isRunning(world.hosts[MASTER], "cron")) return;
  master.untilNextMs -= stepMs;
  if (master.untilNextMs > 0) return;
  master.untilNextMs += SYNC_EVERY_MS;
  start(world, master);
};

const start = (world: World, sync: SyncState): void => {
  if (!world.hosts[sync.name].up || sync.runningMs !== undefined) return;
  sync.startedAtMs = world.nowMs;
  sync.runningMs = SYNC_TAKES_MS;
  sync.pid = world.random.between(20_000, 32_000);
};

/** The master ends by calling each sub-server over SSH; one that does not answer keeps its old date. */
const finish = (world: World, sync: SyncState): void => {
  sync.runningMs = undefined;
  sync.finishedAtMs = world.nowMs;
  const mounted = world.gluster.volumes["wp-core"].bricks[sync.name].mounted;
  sync.exitCode = mounted ? 0 : NOT_MOUNTED;
  if (mounted) {
    sync.succeededAtMs = world.nowMs;
    sync.changed = sync.drifted;
    sync.deleted = sync.surplus;
    sync.drifted = 0;
    sync.surplus = 0;
  }
  if (sync.name !== MASTER) return;
  for (const name of NODES) if (name !== MASTER) start(world, world.shadow.nodes[name]);
};
