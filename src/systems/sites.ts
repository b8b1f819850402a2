import type { Severity } from "./finding.ts";

/** What visitors get now, as far as one system can tell: `Sites up (web 3/3)`. */
export interface Sites {
  /** A few words, no full stop. */
  readonly text: string;
  readonly severity: Severity;
}
