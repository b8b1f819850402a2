/** `unknown` is not a shade of ok: it ranks above a warning, because it may hide anything. */
export type Severity = "ok" | "info" | "warning" | "unknown" | "critical";

const RANK: Readonly<Record<Severity, number>> = { ok: 0, info: 1, warning: 2, unknown: 3, critical: 4 };

/** Negative when `a` is milder than `b`. */
export const compareSeverity = (a: Severity, b: Severity): number => RANK[a] - RANK[b];

export const worstOf = (severities: Iterable<Severity>): Severity => {
  let worst: Severity = "ok";
  for (const severity of severities) if (RANK[severity] > RANK[worst]) worst = severity;
  return worst;
};

/** A rule's statement about one subject. */
export interface Finding {
  /** Stable, `system.rule`: `galera.non_primary`. */
  readonly id: string;
  readonly severity: Exclude<Severity, "ok">;
  /** A host, `volume data`, `web/web1` …: what it is about. */
  readonly subject: string;
  /** The host it concerns, when it concerns one; lets a host's row show its worst. */
  readonly host?: string;
  /** One line, plain words: what is wrong, with the figure. */
  readonly text: string;
  /** The next safe step, one line: a key or an exact command. */
  readonly next?: string;
  /** Keys of the probes it rests on. */
  readonly evidence: readonly string[];
  /** Not seen at the last look: it goes when three answers were good. */
  readonly clearing?: boolean;
  /** What would make this a mere consequence, the likeliest first; folded under it when it is there too. */
  readonly explainedBy?: readonly Explanation[];
}

/** Another finding, by id; with a host only when it is about that host. */
export interface Explanation {
  readonly id: string;
  readonly host?: string;
}
