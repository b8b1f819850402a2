import { unknownReading, type Reading } from "../reading.ts";
import { wholeNumber } from "../text.ts";
import type { UnitState } from "../unit.ts";
import type { FpmLoad } from "./facts-schema.ts";
import type { FpmPool } from "./parse-fpm-pools.ts";

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
