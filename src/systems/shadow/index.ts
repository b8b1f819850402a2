import type { Cluster, ShadowConfig } from "../../inventory/cluster.ts";
import { allow } from "../allowed.ts";
import { varying } from "../../connect/vary.ts";
import { allowJob } from "../host/jobs.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { assessShadow } from "./assess.ts";
import { drift, lastRun, mount, running } from "./commands.ts";
import { shadowFacts } from "./facts.ts";
import { shadowFactsSchema, type ShadowFacts } from "./facts-schema.ts";
import { shadowPane } from "./pane.ts";
import { isPaused, knowsPause, pauseSync, resumeSync } from "./pause.ts";
import { shadowReasons } from "./reasons.ts";
import { shadowRules } from "./rules.ts";
import { shadowStates } from "./states.ts";

export const shadow: System<ShadowFacts> = {
  id: "shadow",
  title: "shadow",
  commands: [lastRun, running, mount, drift, pauseSync, resumeSync, isPaused, knowsPause],
  present: (cluster) => cluster.shadow !== undefined,
  probes: ({ shadow: config, intervals }) =>
    config === undefined ? [] : [config.master, ...config.subs].flatMap((host) => probesOf(host, config, intervals)),
  // The script itself, as cron runs it.
  allows: ({ shadow: config }) =>
    config === undefined
      ? []
      : [config.master, ...config.subs].flatMap((host) => [
          ...allowJob(host, { argv: [config.script] }),
          // Where more deletions were typed than the script would make by itself.
          ...allowJob(host, { argv: [config.script], environment: { MAX_DELETE: varying("[0-9]+", "2341") } }),
          ...[pauseSync, resumeSync].flatMap((change) => allow(change, host, { script: config.script })),
          ...[isPaused, knowsPause].flatMap((question) => allow(question, host, { script: config.script })),
        ]),
  facts: shadowFacts,
  factsSchema: shadowFactsSchema,
  assess: assessShadow,
  rules: shadowRules,
  reasons: shadowReasons,
  states: shadowStates,
  pane: shadowPane,
};

const probesOf = (
  host: string,
  { master, script, state, source, target }: ShadowConfig,
  { servicesMs, slowMs }: Cluster["intervals"],
): readonly Probe[] => [
  probe(lastRun, host, { state }, servicesMs),
  probe(running, host, { script }, servicesMs),
  probe(mount, host, { path: target }, servicesMs),
  // The master pushes source to target; the others pull target to source.
  probe(drift, host, host === master ? { from: source, to: target } : { from: target, to: source }, slowMs),
];
