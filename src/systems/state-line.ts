import type { UnknownReason } from "../connect/sample.ts";
import type { Severity } from "./finding.ts";
import { reasonInWords } from "./unknown-words.ts";

/**
 * One thing's state, in a word or two, as a timeline tells it when it changes: `Synced`, `UP`, `unknown (network)`.
 * Only what is discrete: a figure that wobbles has no place here. A thing that was never asked yet is left out; one
 * whose system is out of sight as a whole may be too, when another line says so: what it last was then stands.
 */
export interface StateLine {
  /** Unique in its system together with `host`: a host, `mysql/web3`, `mount /data`. */
  readonly subject: string;
  /** Where it is seen: the host it runs on, or the one that tells of it. */
  readonly host?: string;
  readonly state: string;
  /** Told with the state, and not a change of state by itself: a check's result, a script's reason. */
  readonly why?: string;
  /** How good or bad the state is; `unknown` marks a state that is not known. */
  readonly severity: Severity;
  /** Put together from several answers that may be a moment apart: told only when it stands for a second round of them. */
  readonly patient?: true;
  /** Ids of the findings that say no more than this state does: they need no line of their own. */
  readonly says: readonly string[];
  /** Keys of the probes it rests on; a state that rests on none is taken at its word at once. */
  readonly evidence: readonly string[];
}

/** How not knowing reads as a state. */
export const unknownState = (reason: UnknownReason): Pick<StateLine, "state" | "severity"> => ({
  state: `unknown (${reasonInWords(reason)})`,
  severity: "unknown",
});
