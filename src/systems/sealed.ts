import type { z } from "zod";
import type { Cluster } from "../inventory/cluster.ts";
import type { Allowed } from "./allowed.ts";
import type { Finding } from "./finding.ts";
import type { Pane } from "./pane.ts";
import type { Probe } from "./probe.ts";
import type { Reason } from "./reason.ts";
import type { Rule } from "./rule.ts";
import { trendsTable, type SeriesPoint } from "./series.ts";
import type { PageTrouble, Sites } from "./sites.ts";
import type { StateLine } from "./state-line.ts";
import type { AnyCommand, Context, System, SystemId } from "./system.ts";

/**
 * A room whose facts' type is folded away, so that rooms of different facts stand in one list without a cast: the
 * facts never leave the closure but as `unknown`, beside everything that was made from them.
 */
export interface SealedSystem {
  readonly id: SystemId;
  readonly title: string;
  readonly commands: readonly AnyCommand[];
  readonly present: (cluster: Cluster) => boolean;
  readonly probes: (cluster: Cluster) => readonly Probe[];
  readonly allows: (cluster: Cluster) => readonly Allowed[];
  readonly factsSchema: z.ZodType;
  readonly rules: readonly Rule[];
  /** Facts, findings, pane and reasons of one moment, all from the same facts. */
  readonly look: (context: Context, settle: Settle) => Look;
}

/** Turns the findings of this moment into those to show: where flapping is damped. */
export type Settle = (findings: readonly Finding[]) => readonly Finding[];

export interface Look {
  /** For `status --json`; has the shape of `factsSchema`. */
  readonly facts: unknown;
  readonly findings: readonly Finding[];
  readonly pane: Pane;
  /** By host name, for every host of the cluster this system has something to say about. */
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
  readonly states: readonly StateLine[];
  readonly points: readonly SeriesPoint[];
  readonly sites?: Sites;
  readonly pageTroubles: readonly PageTrouble[];
}

export const sealed = <Facts>(system: System<Facts>): SealedSystem => ({
  id: system.id,
  title: system.title,
  commands: system.commands,
  present: system.present,
  probes: system.probes,
  allows: (cluster) => system.allows?.(cluster) ?? [],
  factsSchema: system.factsSchema,
  rules: system.rules,
  look: (context, settle) => {
    const facts = system.facts(context);
    const findings = settle(system.assess(facts, context));
    const reasons = new Map(
      context.cluster.hosts.map(({ name }) => [name, system.reasons(facts, name, context)] as const),
    );
    const states = system.states?.(facts, context) ?? [];
    const sites = system.sitesUp?.(facts, context);
    const pageTroubles = system.pageTroubles?.(facts, context) ?? [];
    const points = system.series?.(facts) ?? [];
    const pane = withTrends(system.pane(facts, findings, context), points, context);
    return { facts, findings, pane, reasons, states, points, pageTroubles, ...(sites === undefined ? {} : { sites }) };
  },
});

const withTrends = (pane: Pane, points: readonly SeriesPoint[], context: Context): Pane =>
  context.series === undefined || points.length === 0
    ? pane
    : { ...pane, more: [...(pane.more ?? []), trendsTable(points, context)] };
