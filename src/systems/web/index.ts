import type { Cluster, WebConfig } from "../../inventory/cluster.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { assessWeb } from "./assess.ts";
import { configTest, health, moduleFiles, serverStatus, units } from "./commands.ts";
import { unitName, webFacts } from "./facts.ts";
import { webFactsSchema, type WebFacts } from "./facts-schema.ts";
import { webPane } from "./pane.ts";
import { webRules } from "./rules.ts";
import { webStates } from "./states.ts";

export const web: System<WebFacts> = {
  id: "web",
  title: "web",
  commands: [units, configTest, moduleFiles, health, serverStatus],
  present: (cluster) => cluster.web !== undefined,
  probes: ({ web: config, intervals }) => config?.hosts.flatMap((host) => probesOf(host, config, intervals)) ?? [],
  facts: webFacts,
  factsSchema: webFactsSchema,
  assess: assessWeb,
  rules: webRules,
  states: webStates,
  pane: webPane,
};

const probesOf = (host: string, config: WebConfig, { servicesMs }: Cluster["intervals"]): readonly Probe[] => {
  const { service, healthUrl: url, hostHeader, expect, statusUrl, fpm } = config;
  return [
    probe(units, host, { units: [service, ...fpm].map(unitName) }, servicesMs),
    probe(configTest, host, { service }, servicesMs),
    ...(service === "nginx" ? [] : [probe(moduleFiles, host, { service }, servicesMs)]),
    probe(health, host, { url, hostHeader, expect }, servicesMs),
    ...(statusUrl === undefined ? [] : [probe(serverStatus, host, { url: statusUrl }, servicesMs)]),
  ];
};
