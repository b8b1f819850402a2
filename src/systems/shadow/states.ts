import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { lastRun } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";

const SAYS = ["shadow.failed", "shadow.paused", "shadow.unknown"];

/** How the last sync ended on every host. One that runs now says nothing yet: what it was before stands. */
export const shadowStates = ({ hosts }: ShadowFacts): readonly StateLine[] =>
  hosts.flatMap(({ host, last }): readonly StateLine[] => {
    const state = stateOf(last);
    const about = { subject: "sync", host, evidence: [probeKey(lastRun.id, host)], says: SAYS };
    return state === undefined ? [] : [{ ...about, ...state }];
  });

const stateOf = (last: ShadowHost["last"]): Pick<StateLine, "state" | "severity" | "why"> | undefined => {
  if (last.state === "unknown") return last.reason === "pending" ? undefined : unknownState(last.reason);
  const { result, reason, exitCode } = last.value;
  switch (result) {
    case "running":
      return undefined;
    case "ok":
      return { state: "ok", severity: "ok" };
    case "paused":
      return { state: "paused", severity: "info", ...(reason === undefined ? {} : { why: reason }) };
    case "failed": {
      const why = reason ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
      return { state: "failed", severity: "warning", ...(why === undefined ? {} : { why }) };
    }
  }
};
