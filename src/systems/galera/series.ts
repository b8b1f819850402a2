import { percent, rate } from "../format.ts";
import type { Reading } from "../reading.ts";
import type { SeriesPoint } from "../series.ts";
import type { GaleraFacts } from "./facts.ts";

export const WRITES = "writes";

/** What is written to the cluster, and how much the slowest member holds it back. */
export const galeraSeries = ({ members }: GaleraFacts): readonly SeriesPoint[] => {
  const writes = known(members.map(({ writesPerSecond }) => writesPerSecond));
  const paused = known(members.map(({ flowControlPaused }) => flowControlPaused));
  const written = writes.reduce((sum, each) => sum + each, 0);
  const held = Math.max(...paused);
  return [
    ...(writes.length === 0 ? [] : [{ id: WRITES, label: "writes a second", value: written, text: rate(written) }]),
    ...(paused.length === 0
      ? []
      : [{ id: "flow", label: "held back by flow control", value: held, text: percent(held) }]),
  ];
};

const known = (readings: readonly Reading<number>[]): readonly number[] =>
  readings.flatMap((reading) => (reading.state === "known" ? [reading.value] : []));
