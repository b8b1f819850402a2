import type { z } from "zod";
import type { Link } from "../connect/access.ts";
import type { Command, ReadCommand } from "../connect/command.ts";
import type { Known, Sample } from "../connect/sample.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { Allowed } from "./allowed.ts";
import type { Finding } from "./finding.ts";
import type { Pane } from "./pane.ts";
import type { Probe } from "./probe.ts";
import type { Reason } from "./reason.ts";
import type { Rule } from "./rule.ts";
import type { SeriesPoint, Trail } from "./series.ts";
import type { PageTrouble, Sites } from "./sites.ts";
import type { StateLine } from "./state-line.ts";

export type SystemId = "host" | "galera" | "gluster" | "redis" | "haproxy" | "web" | "shadow";

/**
 * The one contract the rooms in `systems/` share. A room knows its own commands and nothing of the screen, the
 * scheduler or the connection; everything it does with samples is pure, so that a recorded reply is a test.
 *
 * `Facts` is what the room knows now, unknowns included: the pane, the findings and `status --json` are all made from it.
 */
export interface System<Facts> {
  readonly id: SystemId;
  /** As the pane is headed. */
  readonly title: string;
  /** Everything this room may ever send, for docs, grants and tests. */
  readonly commands: readonly AnyCommand[];
  /** Is there anything of this system in the cluster? */
  readonly present: (cluster: Cluster) => boolean;
  readonly probes: (cluster: Cluster) => readonly Probe[];
  /**
   * What procedures may send here beside the probes: every change of the catalogue, and every question that is asked only
   * then. Accounts are given this and no more (`midwatch grants`), so what is left out here is refused by the servers.
   */
  readonly allows?: (cluster: Cluster) => readonly Allowed[];
  readonly facts: (context: Context) => Facts;
  /** Published as part of the status schema: describe units; add fields freely, never change a meaning. */
  readonly factsSchema: z.ZodType<Facts>;
  readonly assess: (facts: Facts, context: Context) => readonly Finding[];
  /** The catalogue entry of every finding `assess` can make. */
  readonly rules: readonly Rule[];
  /**
   * What this system says about taking `host` out now; nothing where the host does not carry it. A host that carries
   * it gets at least one reason, and a fact that is not known gives an `unknown` one.
   */
  readonly reasons: (facts: Facts, host: string, context: Context) => readonly Reason[];
  /** Whether the sites are up, where this system can tell; the first that can speaks for all. */
  readonly sitesUp?: (facts: Facts, context: Context) => Sites | undefined;
  /** What is wrong with what visitors get, whoever sends them there: the sites are then not called up. */
  readonly pageTroubles?: (facts: Facts, context: Context) => readonly PageTrouble[];
  /** The states worth a line in the timeline when they change. */
  readonly states?: (facts: Facts, context: Context) => readonly StateLine[];
  /** Figures whose last hour is kept, for the room's own summary and for the pane that fills the screen. */
  readonly series?: (facts: Facts) => readonly SeriesPoint[];
  readonly pane: (facts: Facts, findings: readonly Finding[], context: Context) => Pane;
}

// The registry holds rooms of different facts in one list; `never` for parameters keeps that sound without `any`.
export type AnyCommand = Command<unknown, never>;

/** What the pure functions may read. */
export interface Context {
  readonly cluster: Cluster;
  readonly samples: Samples;
  /** Milliseconds since the epoch; the only clock they have. */
  readonly nowMs: number;
  /** The procedure that runs, by its title, where it is about this host; undefined when none runs, or nobody knows. */
  readonly atWork?: (host: string) => string | undefined;
  /** The course of this room's own figures; absent where nothing is kept, as in a single look. */
  readonly series?: Trail;
}

/** Read-only view of the store for rooms. */
export interface Samples {
  /**
   * The newest answer of a command from a target. `unknown: pending` when never asked; a value older than three of its
   * intervals plus its deadline turns `unknown: stale`, with the value as `last`.
   */
  readonly latest: <T, P>(command: ReadCommand<T, P>, target: string) => Sample<T>;
  /** Good answers, oldest first, the newest included; bounded: ten minutes, or half an hour of what is asked every 10 s or less often. For rates and trends. */
  readonly history: <T, P>(command: ReadCommand<T, P>, target: string) => readonly Known<T>[];
  readonly link: (host: string) => Link;
}
