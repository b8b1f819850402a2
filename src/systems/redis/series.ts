import { count, percent } from "../format.ts";
import type { SeriesPoint } from "../series.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";

/** What an instance is there for: how many sessions it holds, or how often a cache has what is looked up. */
export const redisSeries = ({ instances }: RedisFacts): readonly SeriesPoint[] => instances.flatMap(pointsOf);

const pointsOf = ({ name, purpose, keys, hitShare, prefix }: RedisInstance): readonly SeriesPoint[] => {
  if (purpose === "cache")
    return hitShare.state === "unknown"
      ? []
      : [{ id: name, label: `${name}: look-ups found`, value: hitShare.value, text: percent(hitShare.value) }];
  // A scan that ended early counts as far as it came: no course can be made of that.
  if (keys.state === "unknown" || keys.value.atLeast) return [];
  const what = prefix === undefined ? "keys" : "sessions";
  return [{ id: name, label: `${name}: ${what}`, value: keys.value.count, text: count(keys.value.count) }];
};
