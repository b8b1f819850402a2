import type { Finding } from "../finding.ts";
import type { Pane } from "../pane.ts";
import { paneSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import type { HaproxyFacts } from "./facts-schema.ts";
import { balancersTable, proxiesTable } from "./pane-balancers.ts";
import { serversTable } from "./pane-servers.ts";
import { haproxySummary } from "./pane-summary.ts";

export const haproxyPane = (facts: HaproxyFacts, findings: readonly Finding[], context: Context): Pane => {
  const servers = serversTable(facts, findings, context.cluster.thresholds);
  const balancers = balancersTable(facts, findings);
  return {
    severity: paneSeverity(findings, [...balancers.rows, ...servers.rows]),
    summary: haproxySummary(facts, context),
    tables: [servers, balancers, proxiesTable(facts)],
  };
};
