import { isRunning } from "../host/state.ts";
import { MASTER, NODES, type NodeName } from "../layout.ts";
import type { World } from "../world.ts";
import { NOT_MOUNTED, SUB_FAILED, SYNC_EVERY_MS, type SyncState } from "./state.ts";

const COPY_MS = 2_000;
/** A sub-server's own copy, with the call. */
const SUB_MS = COPY_MS + 500;
/** ssh's ConnectTimeout in the script. */
const CALL_MS = 5_000;

export const tickShadow = (world: World, stepMs: number): void => {
  const master = world.shadow.nodes[MASTER];
  const seconds = stepMs / 1_000;
  for (const name of NODES) {
    const sync = world.shadow.nodes[name];
    sync.drifted += world.random.count(0.008 * seconds);
    if (sync.runningMs === undefined) continue;
    sync.runningMs -= stepMs;
    if (sync.runningMs > 0) continue;
    if (name === MASTER) callNext(world, master);
    else finish(world, sync, copy(world, sync));
  }
  if (!isRunning(world.hosts[MASTER], "cron")) return;
  master.untilNextMs -= stepMs;
  if (master.untilNextMs > 0) return;
  master.untilNextMs += SYNC_EVERY_MS;
  if (master.runningMs === undefined && !world.shadow.paused.has(MASTER)) beginSync(world, MASTER);
};

/** What the script comes to when it is run now, and how long it will take; undefined while another run is going. */
export const beginSync = (
  world: World,
  name: NodeName,
): { readonly exitCode: number; readonly takesMs: number } | undefined => {
  const { shadow, hosts } = world;
  const sync = shadow.nodes[name];
  if (sync.runningMs !== undefined) return undefined;
  start(world, sync, COPY_MS);
  if (!isMounted(world, sync)) return { exitCode: NOT_MOUNTED, takesMs: COPY_MS };
  if (name !== MASTER) return { exitCode: 0, takesMs: COPY_MS };
  shadow.toCall = NODES.filter((node) => node !== MASTER);
  shadow.failedSubs = [];
  const calls = shadow.toCall.map((node) => (hosts[node].up ? SUB_MS : CALL_MS));
  return {
    exitCode: shadow.toCall.every((node) => hosts[node].up) ? 0 : SUB_FAILED,
    takesMs: calls.reduce((all, one) => all + one, COPY_MS),
  };
};

const start = (world: World, sync: SyncState, takesMs: number): void => {
  sync.startedAtMs = world.nowMs;
  sync.runningMs = takesMs;
  sync.pid = world.random.between(20_000, 32_000);
};

/** The master copies, then calls its sub-servers over SSH, one after the other, and waits for each. */
const callNext = (world: World, master: SyncState): void => {
  const { shadow } = world;
  if (!isMounted(world, master)) {
    finish(world, master, NOT_MOUNTED);
    return;
  }
  const [next, ...rest] = shadow.toCall;
  if (next === undefined) {
    const copied = copy(world, master);
    finish(world, master, shadow.failedSubs.length > 0 ? SUB_FAILED : copied);
    return;
  }
  shadow.toCall = rest;
  const reached = world.hosts[next].up;
  master.runningMs = reached ? SUB_MS : CALL_MS;
  if (reached) start(world, shadow.nodes[next], COPY_MS);
  else shadow.failedSubs = [...shadow.failedSubs, next];
};

const isMounted = (world: World, sync: SyncState): boolean =>
  world.gluster.volumes["wp-core"].bricks[sync.name].mounted;

const copy = (world: World, sync: SyncState): number => {
  if (!isMounted(world, sync)) return NOT_MOUNTED;
  sync.changed = sync.drifted;
  sync.deleted = sync.surplus;
  sync.drifted = 0;
  sync.surplus = 0;
  return 0;
};

const finish = (world: World, sync: SyncState, exitCode: number): void => {
  sync.runningMs = undefined;
  sync.finishedAtMs = world.nowMs;
  sync.exitCode = exitCode;
  if (exitCode === 0) sync.succeededAtMs = world.nowMs;
};
