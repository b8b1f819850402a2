import { compareStance, type Reason, type Stance } from "../systems/reason.ts";
import type { SystemId } from "../systems/system.ts";

export interface SystemReason extends Reason {
  /** Whose word it is; midwatch's own is what it knows of the procedures under way. */
  readonly system: SystemId | "midwatch";
}

/** May this host be taken out now, and why. */
export interface Verdict {
  readonly host: string;
  readonly stance: Stance;
  /** The decisive ones first. */
  readonly reasons: readonly SystemReason[];
}

/** The strictest reason decides, and of those as strict the gravest is said first. A host about which no system says anything is not safe but unknown. */
export const verdictOf = (host: string, reasons: readonly SystemReason[]): Verdict => {
  const sorted = reasons.toSorted(
    (a, b) => compareStance(b.stance, a.stance) || Number(b.endsSites ?? false) - Number(a.endsSites ?? false),
  );
  return { host, stance: sorted[0]?.stance ?? "unknown", reasons: sorted };
};
