import type { Outcome } from "../connect/access.ts";
import type { Ask } from "../connect/command.ts";
import type { View } from "./view.ts";

/** Questions put once, beside what the watch asks all the time. Each has its deadline, and never rejects. */
export interface Reads {
  readonly ask: (target: string, ask: Ask<"read">) => Promise<Outcome>;
}

/**
 * A condition on fresh samples. `closed` will not change by waiting, `unknown` may, and neither is ever passed as if
 * it were open.
 */
export interface GateValue {
  readonly state: "open" | "waiting" | "closed" | "unknown";
  /** What is the case now, in words, with the figure. */
  readonly value: string;
  /** More than a screen has room for: journal and report have it. */
  readonly record?: string;
  /** Not known, and not expected to become known by waiting. */
  readonly hopeless?: true;
  /** For `waiting`: ms until it should open, when there is enough history to say. */
  readonly expectedMs?: number;
  /** The last lines of what is going on there, oldest first, for whoever watches. */
  readonly output?: readonly string[];
}

export interface Gate {
  readonly id: string;
  /** What must be the case, in words. */
  readonly wanted: string;
  /** How long it may take. */
  readonly deadlineMs: number;
  /** What an operator types to pass it all the same, the host's name as a rule. Left out: it is never passed. */
  readonly overridable?: string;
  /** Begins to look. What it returns is asked at every picture, and may remember. */
  readonly watch: (reads: Reads) => (view: View) => GateValue;
}

/** One command of a step. */
export interface Action {
  /** Unique and stable in its step: the journal names it. */
  readonly id: string;
  /** A host, or a Redis instance. */
  readonly target: string;
  readonly ask: Ask<"change">;
  /** What takes it back; left out where nothing does. */
  readonly undo?: Ask<"change">;
  /** Ends what it began and what may still run: its undo waits until that is done. */
  readonly undoFirst?: Ask<"change">;
  /** Its undo goes after all others': what takes up, or writes down, how things then are. */
  readonly undoLast?: true;
  /** Whether it is so already, by samples as fresh as the view wants them: then it is not sent again. Undefined: not known. */
  readonly already: (view: View, reads: Reads) => boolean | undefined | Promise<boolean | undefined>;
  /** Sent a second time it does harm: it is not sent while it is not known whether it is so already. */
  readonly onlyKnown?: true;
}

/** What may be decided when a gate after the actions is not open in time. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  /** `again` runs the whole step once more: its gates, then what is not so already. */
  readonly leads: "go-on" | "wait" | "again" | "undo" | "stop";
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** Left out of the run when false; by the answers given so far. */
  readonly when?: (answers: ReadonlyMap<string, string>) => boolean;
  readonly before: readonly Gate[];
  readonly actions: readonly Action[];
  readonly after: readonly Gate[];
  /** Asked when `after` is late, or `before` is not open (then `go-on` is not among them); without it the procedure stops there. */
  readonly late?: readonly Choice[];
  /** Nothing rests on it: a gate after it that is late is only told, and who goes step by step may leave it out. */
  readonly optional?: true;
  /** Steps whose effect this one takes away on purpose: once it has begun, theirs need not stand any more. */
  readonly reverses?: readonly string[];
  /** When it is done, what came before it is finished for good: neither looked at again on resume, nor taken back. */
  readonly seals?: true;
  /** What must hold when this step has been taken back, before the ones before it are. */
  readonly takenBack?: readonly Gate[];
  /** What of it nothing takes back, for whoever asks to have it taken back: `10 packages of web2 stay new`. */
  readonly keeps?: string;
  /** How the cluster is left if the procedure stops in this step. */
  readonly stays: string;
}

/** Steps that change a cluster, as data. */
export interface Procedure {
  readonly name: string;
  /** What it is done to: a host, or the cluster by its name. */
  readonly subject: string;
  /** `drain of web2`. */
  readonly title: string;
  /** Enough to make the same procedure again on another day. */
  readonly params: Readonly<Record<string, string>>;
  /** Said before anything is sent. */
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
  /** What must hold when everything has been taken back. */
  readonly undone: readonly Gate[];
}
