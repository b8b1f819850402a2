import type { Finding } from "../finding.ts";
import type { Pane } from "../pane.ts";
import { paneSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { brickTable } from "./bricks-table.ts";
import type { GlusterFacts } from "./facts.ts";
import { mountTable } from "./mounts-table.ts";
import { hostTable } from "./hosts-table.ts";
import { summaryOf } from "./summary.ts";
import { volumeTable } from "./volumes-table.ts";

export const glusterPane = (facts: GlusterFacts, findings: readonly Finding[], context: Context): Pane => {
  const tables = [
    volumeTable(facts, findings, context),
    brickTable(facts),
    mountTable(facts, findings),
    hostTable(facts, findings),
  ];
  return {
    severity: paneSeverity(
      findings,
      tables.flatMap(({ rows }) => rows),
    ),
    summary: summaryOf(facts, context),
    tables,
  };
};
