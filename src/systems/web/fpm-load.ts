import { unknownReading, type Reading } from "../reading.ts";
import { wholeNumber } from "../text.ts";
import type { UnitState } from "../unit.ts";
import type { FpmLoad, PoolQueue } from "./facts-schema.ts";
import type { FpmPool } from "./parse-fpm-pools.ts";
import type { ListenQueue } from "./parse-fpm-queues.ts";

/**
 * How many of FPM's processes are at work, as it tells systemd every ten seconds (`Processes active: 3, idle: 2, …`), of
 * all its pools together, beside what they may become by their configuration.
 */
export const fpmLoad = (
  unit: string,
  state: Reading<UnitState>,
  pools: Reading<readonly FpmPool[]>,
): Reading<FpmLoad> => {
  if (state.state === "unknown") return state;
  const [, active, idle] = /Processes active: (\d+), idle: (\d+)/.exec(state.value.says) ?? [];
  const counts = { active: wholeNumber(active), idle: wholeNumber(idle) };
  if (counts.active === undefined || counts.idle === undefined)
    return unknownReading("missing", `${unit} does not tell systemd of its processes`);
  const own = pools.state === "known" ? pools.value.filter((pool) => pool.unit === unit) : [];
  const limit = own.length === 0 ? undefined : own.reduce((sum, { maxChildren }) => sum + maxChildren, 0);
  return { ...state, value: { active: counts.active, idle: counts.idle, limit } };
};

/** Who waits before each pool of a unit. A pool that listens nowhere to be seen is not one without a queue. */
export const poolQueues = (
  unit: string,
  pools: Reading<readonly FpmPool[]>,
  sockets: Reading<readonly ListenQueue[]>,
): Reading<readonly PoolQueue[]> => {
  if (pools.state === "unknown") return pools;
  if (sockets.state === "unknown") return sockets;
  const queues: PoolQueue[] = [];
  for (const { pool, listen } of pools.value.filter((each) => each.unit === unit)) {
    const own = sockets.value.find(({ address }) => listen !== undefined && isSame(listen, address));
    if (own === undefined) return unknownReading("missing", `where pool ${pool} of ${unit} listens is not seen`);
    queues.push({ pool, waiting: own.waiting });
  }
  return { ...sockets, value: queues };
};

/** A port alone, and `[::]:9000`, mean every address, which ss writes `*:9000`. */
const isSame = (listen: string, address: string): boolean =>
  listen === address || (/^(\[::\]:)?\d+$/.test(listen) && address === `*:${listen.replace("[::]:", "")}`);
