import { verdictOf } from "../safety/verdict.ts";
import { duration } from "../systems/format.ts";
import type { Gate } from "./procedure.ts";

/**
 * May this host be taken out now, by every system's reasons. NO and UNKNOWN can be overridden, in writing. Midwatch's own
 * word is left out: what it sees under way is this procedure, whose lock keeps every other out.
 */
export const safeToTake = (host: string, deadlineMs: number): Gate => ({
  id: "verdict",
  wanted: `${host} may be taken out`,
  deadlineMs,
  overridable: host,
  watch: () => {
    const begunMs = performance.now();
    return ({ picture }) => {
      const said = picture.hosts.find(({ name }) => name === host)?.verdict.reasons;
      if (said === undefined) return { state: "closed", value: `there is no host ${host}` };
      const verdict = verdictOf(
        host,
        said.filter(({ system }) => system !== "midwatch"),
      );
      const decisive = verdict.reasons.filter(({ stance }) => stance === verdict.stance);
      const texts = decisive.map(({ system, text }) => `${system}: ${text}`);
      switch (verdict.stance) {
        case "safe":
          return { state: "open", value: "SAFE" };
        case "wait": {
          const expectedMs = Math.max(0, ...decisive.map((reason) => reason.expectedMs ?? 0));
          const value = `WAIT: ${texts.join("; ")}`;
          return expectedMs === 0
            ? { state: "waiting", value }
            : { state: "waiting", value: `${value} (about ${duration(expectedMs)})`, expectedMs };
        }
        case "unknown":
          return {
            state: "unknown",
            value: `UNKNOWN: ${texts.length === 0 ? "nothing is said" : texts.join("; ")}`,
            ...(performance.now() - begunMs < UNKNOWN_MS ? {} : { hopeless: true }),
          };
        case "no":
          // A watch that has just begun may not have seen everything yet.
          return performance.now() - begunMs < SETTLE_MS
            ? { state: "waiting", value: `NO: ${texts.join("; ")}` }
            : { state: "closed", value: `NO: ${texts.join("; ")}` };
      }
    };
  },
});

/** Two rounds of the fast probes. */
const SETTLE_MS = 4_000;
/** The slower probes have answered by then, or will not. */
const UNKNOWN_MS = 20_000;
