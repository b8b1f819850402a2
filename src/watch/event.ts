import type { Severity } from "../systems/finding.ts";
import { duration } from "../systems/format.ts";

/** One line of the timeline: what changed, as midwatch noticed it. Texts are cleaned and stay on one line. */
export interface TimelineEvent {
  /** When midwatch noticed, ms since the epoch by this machine's clock. */
  readonly atMs: number;
  /** A room's id; `midwatch` where it speaks of its own watching. */
  readonly system: string;
  readonly subject: string;
  readonly host?: string;
  /** What it was before; absent where something only began or ended. */
  readonly from?: string;
  readonly to: string;
  readonly severity: Severity;
  /** For how long it had been out of sight, ms: when in that time it changed is not known. */
  readonly unseenMs?: number;
}

/** What changed, in words: `Synced → stopped`, `mysql/web3 UP → DOWN, connection refused`, or a finding's own text. */
export const eventWords = ({ subject, host, from, to, unseenMs }: TimelineEvent): string => {
  if (from === undefined) return to;
  const what = subject === host ? "" : `${subject} `;
  const unseen = unseenMs === undefined ? "" : ` (not seen for ${duration(unseenMs)})`;
  return `${what}${from} → ${to}${unseen}`;
};
