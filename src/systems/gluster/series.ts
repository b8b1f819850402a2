import { count } from "../format.ts";
import type { SeriesPoint } from "../series.ts";
import type { GlusterFacts } from "./facts.ts";

/** What every volume has to heal; a count that some bricks are missing from is none. */
export const glusterSeries = ({ volumes }: GlusterFacts): readonly SeriesPoint[] =>
  volumes.flatMap(({ name, pending }): readonly SeriesPoint[] =>
    pending.state === "unknown" || pending.value.silentBricks > 0
      ? []
      : [{ id: healOf(name), label: `${name} to heal`, value: pending.value.count, text: count(pending.value.count) }],
  );

export const healOf = (volume: string): string => `heal ${volume}`;
