import type { Cluster, HaproxyConfig } from "../../inventory/cluster.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { allowedOn, dumpStates, setServerState, shutdownSessions } from "./changes.ts";
import { assessHaproxy } from "./assess.ts";
import { dumpedStates, showInfo, showServersState, showStat, stateFile, unit } from "./commands.ts";
import { haproxyConfigTest } from "./config-test.ts";
import { haproxyFacts } from "./facts.ts";
import { haproxyFactsSchema, type HaproxyFacts } from "./facts-schema.ts";
import { haproxyPane } from "./pane.ts";
import { haproxyReasons } from "./reasons.ts";
import { haproxyRules } from "./rules.ts";
import { sitesUp } from "./sites.ts";
import { haproxySeries } from "./series.ts";
import { haproxyStates } from "./states.ts";

export const haproxy: System<HaproxyFacts> = {
  id: "haproxy",
  title: "haproxy",
  commands: [
    showStat,
    showServersState,
    showInfo,
    unit,
    stateFile,
    dumpedStates,
    haproxyConfigTest,
    setServerState,
    shutdownSessions,
    dumpStates,
  ],
  present: (cluster) => cluster.haproxy !== undefined,
  probes: ({ haproxy: config, intervals }) =>
    config?.loadBalancers.flatMap((balancer) => probesOf(balancer, intervals)) ?? [],
  allows: allowedOn,
  facts: haproxyFacts,
  factsSchema: haproxyFactsSchema,
  assess: assessHaproxy,
  rules: haproxyRules,
  reasons: haproxyReasons,
  states: haproxyStates,
  series: haproxySeries,
  sitesUp,
  pane: haproxyPane,
};

const probesOf = (
  { host, via }: HaproxyConfig["loadBalancers"][number],
  intervals: Cluster["intervals"],
): readonly Probe[] => [
  probe(showStat, host, undefined, intervals.fastMs),
  // The statistics page has only what `show stat` has.
  ...(via.kind === "stats"
    ? []
    : [probe(showServersState, host, undefined, intervals.fastMs), probe(showInfo, host, undefined, intervals.fastMs)]),
  probe(unit, host, undefined, intervals.fastMs),
  probe(stateFile, host, undefined, intervals.slowMs),
];
