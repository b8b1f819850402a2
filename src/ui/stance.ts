import type { Severity } from "../systems/finding.ts";
import type { Stance } from "../systems/reason.ts";

/** How a verdict reads. */
export const STANCE_WORD: Readonly<Record<Stance, string>> = {
  safe: "SAFE",
  wait: "WAIT",
  unknown: "UNKNOWN",
  no: "NO",
};

/** Which sign and colour a verdict has: those of the severity that asks for as much care. */
export const STANCE_SEVERITY: Readonly<Record<Stance, Severity>> = {
  safe: "ok",
  wait: "warning",
  unknown: "unknown",
  no: "critical",
};

/** Wide enough for every verdict with its sign, so that a column of them never moves. */
export const STANCE_WIDTH = 9;
