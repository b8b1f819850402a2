import type { UnknownReason } from "../sample.ts";

/** Why something could not be reached, in the operator's words: one line, no secrets, naming the host. */
export interface Problem {
  readonly reason: UnknownReason;
  readonly detail: string;
  /** What would make it work. */
  readonly fix?: string;
}

export const problem = (reason: UnknownReason, detail: string, fix?: string): Problem =>
  fix === undefined ? { reason, detail } : { reason, detail, fix };
