import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { assessGalera } from "./assess.ts";
import { grastateCommand, settingsCommand, unitCommand, viewCommand } from "./commands.ts";
import { galeraFacts, type GaleraFacts } from "./facts.ts";
import { galeraPane } from "./pane.ts";
import { galeraReasons } from "./reasons.ts";
import { galeraRules } from "./rules.ts";
import { galeraFactsSchema } from "./schema.ts";
import { galeraSeries } from "./series.ts";
import { galeraStates } from "./states.ts";

export const galera: System<GaleraFacts> = {
  id: "galera",
  title: "galera",
  commands: [viewCommand, settingsCommand, unitCommand, grastateCommand],
  present: (cluster) => cluster.galera !== undefined,
  probes: ({ galera: config, intervals }) => {
    if (config === undefined) return [];
    const { flavour, service, datadir } = config;
    // Percona's first member runs under a unit of its own.
    const units = flavour === "percona" ? [service, `${service}@bootstrap`] : [service];
    return config.members.flatMap(({ host }): readonly Probe[] => [
      probe(viewCommand, host, { flavour }, intervals.fastMs),
      probe(unitCommand, host, { units }, intervals.fastMs),
      probe(settingsCommand, host, { flavour }, 6 * intervals.servicesMs),
      probe(grastateCommand, host, { datadir }, 6 * intervals.servicesMs),
    ]);
  },
  facts: galeraFacts,
  factsSchema: galeraFactsSchema,
  assess: assessGalera,
  rules: galeraRules,
  reasons: galeraReasons,
  states: galeraStates,
  series: galeraSeries,
  pane: galeraPane,
};
