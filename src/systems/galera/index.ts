import { electedProbe, probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { assessGalera } from "./assess.ts";
import {
  allowedToBootstrap,
  forgetFailure,
  markSafe,
  recoveredPosition,
  startMember,
  stopMember,
} from "./bootstrap-changes.ts";
import { allowedToChange, setDesync, setMaintMode } from "./changes.ts";
import { copiesUnderWay } from "./copies.ts";
import { AUDIT, auditCommand, grastateCommand, settingsCommand, unitCommand, viewCommand } from "./commands.ts";
import { galeraFacts, type GaleraFacts } from "./facts.ts";
import { pageTroubles } from "./page-troubles.ts";
import { galeraPane } from "./pane.ts";
import { galeraReasons } from "./reasons.ts";
import { galeraRules } from "./rules.ts";
import { galeraFactsSchema } from "./schema.ts";
import { galeraSeries } from "./series.ts";
import { galeraStates } from "./states.ts";

/** Tables change with deployments, and reading their definitions costs a large server a second. */
const AUDIT_EVERY_MS = 3_600_000;

export const galera: System<GaleraFacts> = {
  id: "galera",
  title: "galera",
  commands: [
    viewCommand,
    settingsCommand,
    unitCommand,
    grastateCommand,
    auditCommand,
    copiesUnderWay,
    setDesync,
    setMaintMode,
    recoveredPosition,
    markSafe,
    startMember,
    forgetFailure,
    stopMember,
  ],
  present: (cluster) => cluster.galera !== undefined,
  probes: ({ galera: config, intervals }) => {
    if (config === undefined) return [];
    const { flavour, service, datadir } = config;
    // Percona's first member runs under a unit of its own.
    const units = flavour === "percona" ? [service, `${service}@bootstrap`] : [service];
    const members = config.members.map(({ host }) => host);
    return [
      ...members.flatMap((host): readonly Probe[] => [
        probe(viewCommand, host, { flavour }, intervals.fastMs),
        probe(unitCommand, host, { units }, intervals.fastMs),
        probe(settingsCommand, host, { flavour }, 6 * intervals.servicesMs),
        probe(grastateCommand, host, { datadir }, 6 * intervals.servicesMs),
      ]),
      // The last first: the first is most often the writer.
      electedProbe(auditCommand, AUDIT, members.toReversed(), { flavour }, AUDIT_EVERY_MS),
    ];
  },
  allows: (cluster) => [...allowedToBootstrap(cluster), ...allowedToChange(cluster)],
  facts: galeraFacts,
  factsSchema: galeraFactsSchema,
  assess: assessGalera,
  pageTroubles,
  rules: galeraRules,
  reasons: galeraReasons,
  states: galeraStates,
  series: galeraSeries,
  pane: galeraPane,
};
