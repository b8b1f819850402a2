import type { Finding } from "./finding.ts";

/** The entry of one finding in the catalogue: what `midwatch explain ID` prints and docs/findings.md is made of. */
export interface Rule {
  /** As in {@link Finding}: `galera.non_primary`. */
  readonly id: string;
  /** The severities it can take, the worst first. */
  readonly severities: readonly Finding["severity"][];
  /** When it is raised, with the threshold's name in the inventory where there is one. */
  readonly when: string;
  /** Whose knowledge the rule is: documentation, a check plugin, an operator's report. */
  readonly source: string;
  /** What it means to the sites. */
  readonly means: string;
  /** The next safe step: a key where midwatch can do it, the exact command where it cannot. */
  readonly next: string;
  /**
   * `at-once`: a loss that must not wait for a second bad answer. `twice`: shown after two bad answers in a row.
   * Both clear after three good ones, for which its probes are asked before their time.
   */
  readonly raise: "at-once" | "twice";
}
