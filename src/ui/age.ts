import { duration } from "../systems/format.ts";
import type { Pane } from "../systems/pane.ts";
import type { ProbeEvidence } from "../watch/picture.ts";

/**
 * How old the oldest answer in a pane is, by what tells most about each of its rows; undefined before the first answer.
 */
export const paneAge = (
  pane: Pane,
  evidence: (key: string) => ProbeEvidence | undefined,
  nowMs: number,
): string | undefined => {
  let oldest: number | undefined;
  for (const table of pane.tables) {
    for (const row of table.rows) {
      const [key] = row.evidence;
      const atMs = key === undefined ? undefined : evidence(key)?.evidence?.atMs;
      if (atMs !== undefined && (oldest === undefined || atMs < oldest)) oldest = atMs;
    }
  }
  return oldest === undefined ? undefined : duration(nowMs - oldest);
};

/** True until the first answer, good or bad. */
export const neverAsked = (found: ProbeEvidence | undefined): boolean =>
  found?.outcome.state === "unknown" && found.outcome.reason === "pending";
