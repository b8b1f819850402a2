/** One thing the doctor looked at. */
export interface Check {
  /** A host, or a Redis instance; the cluster itself for what concerns all of it. */
  readonly subject: string;
  /** `ssh`, `secret` or a system's id. */
  readonly area: string;
  readonly state: CheckState;
  /** One line, in the operator's words. */
  readonly text: string;
  /** Each a line; more than one when the same trouble has several causes, such as a sudoers rule per command. */
  readonly fixes: readonly string[];
}

/**
 * `needs`: reached, but the account lacks a privilege. `missing`: nothing of a system was to be found. `absent`: one of
 * its programs, files or features is not there, while others are: every host lacks one of apt and dnf. `fails`: no good
 * answer. `skipped`: not asked, because what it goes through fails.
 */
export type CheckState = "ok" | "needs" | "missing" | "absent" | "fails" | "skipped";

/** 0 when all is well, 1 when the account lacks something or something is not there, 2 when something gives no answer. */
export const doctorExitCode = (checks: readonly Check[]): 0 | 1 | 2 => {
  const states = new Set(checks.map(({ state }) => state));
  if (states.has("fails") || states.has("skipped")) return 2;
  return states.has("needs") || states.has("missing") ? 1 : 0;
};
