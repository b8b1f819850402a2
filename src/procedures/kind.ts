import type { Cluster } from "../inventory/cluster.ts";
import type { Sight } from "./gates.ts";
import type { Procedure } from "./procedure.ts";
import type { View } from "./view.ts";

/** One thing that can be chosen before a procedure is planned; on the command line `--set name=value`. */
export interface ProcedureOption {
  readonly name: string;
  /** What it decides, in a line. */
  readonly about: string;
  /** Taken when nothing is said; empty for none. */
  readonly fallback: string;
  /** Left out: any text that `plan` accepts. */
  readonly choices?: readonly string[];
  /** By choice, where its word alone does not tell: what happens then, and what that costs. */
  readonly means?: Readonly<Record<string, Meaning>>;
  /** What an empty value means, in a word, such as `all`: shown for it, and taken for it. */
  readonly whenEmpty?: string;
  /** What is wrong with a value, as far as that is known without asking a host. */
  readonly fault?: (value: string, cluster: Cluster) => string | undefined;
}

export interface Meaning {
  /** A few words. */
  readonly brief: string;
  /** A sentence or two. */
  readonly more: string;
}

export interface PlanRequest {
  /** What it is done to: a host's name, or the cluster's where the kind is on the whole cluster. */
  readonly subject: string;
  /** Every option of the kind, with its fallback where nothing was said. */
  readonly options: ReadonlyMap<string, string>;
  readonly view: View;
  /** What no probe watches may be asked once; what a probe is late with may be waited for. */
  readonly reads: Sight;
}

/** The same again from a journal: nothing of what it was made from need be there any more. */
export interface ReplanRequest extends Omit<PlanRequest, "options"> {
  readonly params: Readonly<Record<string, string>>;
}

export type Planned =
  | { readonly ok: true; readonly procedure: Procedure }
  | { readonly ok: false; /** In words, with the way out. */ readonly why: string };

/** A procedure before it is known what for: what command line, console and docs list. */
export interface ProcedureKind {
  /** `drain`: stable, stands in journals. */
  readonly name: string;
  /** `Drain a host`. */
  readonly title: string;
  /** One line: what it does. */
  readonly about: string;
  readonly on: "host" | "cluster";
  readonly options: readonly ProcedureOption[];
  /** Why it never can be done to this subject, whatever is chosen: known at once, so that nobody chooses in vain. */
  readonly whyNever?: (subject: string, view: View) => string | undefined;
  /** Looks, and sends nothing. Never rejects for what a cluster does. */
  readonly plan: (request: PlanRequest) => Promise<Planned>;
  readonly replan: (request: ReplanRequest) => Promise<Planned>;
}

/** A journal whose parameters this version cannot read. */
export const unreadableJournal = (name: string): Planned => ({
  ok: false,
  why: `this midwatch cannot go on with "${name}": its journal is of another version`,
});
