/** May the host be taken out now? `no` outranks `unknown`: what is known to break must be said first. */
export type Stance = "safe" | "wait" | "unknown" | "no";

/** What one system says about taking one host out. */
export interface Reason {
  readonly stance: Stance;
  /** One line: the fact it rests on, what would break, what is waited for, or what could not be asked. */
  readonly text: string;
  /** For `wait`: milliseconds until the condition should hold; left out when there is not enough history to say. */
  readonly expectedMs?: number;
  /** Without it the sites are down as a whole: said before what else would break. */
  readonly endsSites?: true;
  /** Keys of the probes it rests on. */
  readonly evidence: readonly string[];
}

const RANK: Readonly<Record<Stance, number>> = { safe: 0, wait: 1, unknown: 2, no: 3 };

/** Negative when `a` is milder than `b`. */
export const compareStance = (a: Stance, b: Stance): number => RANK[a] - RANK[b];
