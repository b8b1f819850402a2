import type { Cluster, WebConfig } from "../../inventory/cluster.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { allowedOnWeb } from "./allowed.ts";
import { assessWeb } from "./assess.ts";
import {
  copyFolder,
  copySettings,
  disableConf,
  disableModule,
  enableConf,
  enableModule,
  moveBack,
  removeSettings,
} from "./changes.ts";
import {
  code,
  configTest,
  fpmPools,
  fpmQueues,
  health,
  moduleFiles,
  serverStatus,
  sessionSettings,
  units,
  uploads,
} from "./commands.ts";
import { unitName } from "../unit.ts";
import { webFacts } from "./facts.ts";
import { webFactsSchema, type WebFacts } from "./facts-schema.ts";
import { webPane } from "./pane.ts";
import { pageTroubles } from "./page-troubles.ts";
import { phpFiles, phpSettings, sameFile } from "./php-commands.ts";
import { webReasons } from "./reasons.ts";
import { webRules } from "./rules.ts";
import { hasSessionsRedis } from "./sessions.ts";
import { startTest } from "./start-test.ts";
import { webStates } from "./states.ts";

/** Asked by procedures alone. */
const ONCE = [startTest, phpFiles, phpSettings, sameFile] as const;

const CHANGES = [
  disableModule,
  enableModule,
  disableConf,
  enableConf,
  copyFolder,
  copySettings,
  moveBack,
  removeSettings,
] as const;

export const web: System<WebFacts> = {
  id: "web",
  title: "web",
  commands: [
    units,
    configTest,
    moduleFiles,
    fpmPools,
    fpmQueues,
    sessionSettings,
    code,
    uploads,
    health,
    serverStatus,
    ...ONCE,
    ...CHANGES,
  ],
  present: (cluster) => cluster.web !== undefined,
  allows: allowedOnWeb,
  probes: (cluster) => {
    const { web: config } = cluster;
    return config?.hosts.flatMap((host) => probesOf(host, config, cluster)) ?? [];
  },
  facts: webFacts,
  factsSchema: webFactsSchema,
  assess: assessWeb,
  pageTroubles,
  rules: webRules,
  reasons: webReasons,
  states: webStates,
  pane: webPane,
};

const probesOf = (host: string, config: WebConfig, cluster: Cluster): readonly Probe[] => {
  const { servicesMs, slowMs } = cluster.intervals;
  const { service, docroot, healthUrl: url, hostHeader, expect, statusUrl, fpm } = config;
  return [
    probe(units, host, { units: [service, ...fpm].map(unitName) }, servicesMs),
    probe(configTest, host, { service }, servicesMs),
    ...(fpm.length === 0
      ? []
      : [probe(fpmPools, host, undefined, slowMs), probe(fpmQueues, host, undefined, servicesMs)]),
    ...(service === "nginx" ? [] : [probe(moduleFiles, host, { service }, servicesMs)]),
    ...(hasSessionsRedis(cluster) ? [probe(sessionSettings, host, undefined, slowMs)] : []),
    ...(config.hosts.length < 2 ? [] : [probe(code, host, { docroot }, slowMs)]),
    ...(cluster.gluster === undefined ? [] : [probe(uploads, host, { docroot }, slowMs)]),
    probe(health, host, { url, hostHeader, expect }, servicesMs),
    ...(statusUrl === undefined ? [] : [probe(serverStatus, host, { url: statusUrl }, servicesMs)]),
  ];
};
