import type { Link } from "../connect/access.ts";
import type { Evidence, UnknownReason } from "../connect/sample.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { Story } from "../safety/stories.ts";
import type { Verdict } from "../safety/verdict.ts";
import type { Finding, Severity } from "../systems/finding.ts";
import type { Pane } from "../systems/pane.ts";
import type { Sites } from "../systems/sites.ts";
import type { SystemId } from "../systems/system.ts";
import type { TimelineEvent } from "./event.ts";

/** Everything known of a cluster at one moment, judged: what the screen draws and `status` prints. Immutable. */
export interface Picture {
  readonly cluster: Cluster;
  readonly nowMs: number;
  readonly overall: Severity;
  /** One line: what is wrong, or that all is well, or what is not known. */
  readonly headline: string;
  /** The next safe step, when a finding names one. */
  readonly next?: string;
  /** Are the sites up? Left out when no system can tell. */
  readonly sites?: Sites;
  readonly hosts: readonly HostPicture[];
  /** In the order of the registry; systems the cluster does not have are left out. */
  readonly systems: readonly SystemPicture[];
  /** All systems', worst first. */
  readonly findings: readonly Finding[];
  /** The findings again, consequences folded under their causes; worst first. */
  readonly stories: readonly Story[];
  /** Arrival of the newest answer; undefined before the first. */
  readonly newestAtMs?: number;
  readonly paused: boolean;
  /** The timeline's newest events, newest first; those that earlier runs kept included. Bounded. */
  readonly recent: readonly TimelineEvent[];
}

export interface HostPicture {
  readonly name: string;
  readonly link: Link;
  /** Worst finding that names this host. */
  readonly severity: Severity;
  readonly finding?: Finding;
  /** May it be taken out now? */
  readonly verdict: Verdict;
}

export interface SystemPicture {
  readonly id: SystemId;
  readonly title: string;
  readonly pane: Pane;
  readonly findings: readonly Finding[];
  /** The room's facts, for `status --json`. */
  readonly facts: unknown;
  /** True until every one of its probes has been answered once. */
  readonly pending: boolean;
}

/** What stands behind one probe's sample, for the evidence view. */
export interface ProbeEvidence {
  readonly key: string;
  readonly everyMs: number;
  readonly outcome:
    | { readonly state: "known" }
    | { readonly state: "unknown"; readonly reason: UnknownReason; readonly detail: string; readonly fix?: string };
  /** The newest reply, good or bad; undefined when nothing came back yet. */
  readonly evidence?: Evidence;
}
