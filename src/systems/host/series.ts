import type { SeriesPoint } from "../series.ts";
import type { HostFacts } from "./facts-schema.ts";

/** The load of every host. */
export const hostSeries = ({ hosts }: HostFacts): readonly SeriesPoint[] =>
  hosts.flatMap(({ host, load }): readonly SeriesPoint[] => {
    if (load.state === "unknown") return [];
    const { perCore } = load.value;
    return [{ id: `load ${host}`, label: `load per core, ${host}`, value: perCore, text: perCore.toFixed(1) }];
  });
