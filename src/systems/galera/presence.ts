import type { Reading } from "../reading.ts";
import type { UnitState } from "../unit.ts";
import type { MemberView } from "./parse-view.ts";

/**
 * Whether a member is there, told apart as far as it can be told:
 * `answers` SQL with its own view; `running` but its view may not be asked (account, password); `silent` runs and does
 * not answer; `starting`, `stopping`, `stopped`, `failed` by its unit; `refusing` when no more is known than that the
 * connection is refused, for which a stopped server is but one reason.
 */
export const PRESENCES = [
  "answers",
  "running",
  "silent",
  "starting",
  "stopping",
  "stopped",
  "failed",
  "refusing",
] as const;

export type Presence = (typeof PRESENCES)[number];

/** Not a member now, and known not to be. */
export const isDown = (presence: Presence): boolean => presence === "stopped" || presence === "failed";

export interface PresenceInput {
  readonly view: Reading<MemberView>;
  /** When the newest answer or failure of the view came, ms since the epoch. */
  readonly viewAtMs: number;
  readonly unit: Reading<UnitState | undefined>;
  /** When it last gave its view, ms since the epoch. */
  readonly answeredAtMs: number | undefined;
  /** When its unit was first seen active again, ms since the epoch; undefined when it was never seen otherwise. */
  readonly startedSeenMs: number | undefined;
  /** How long before `viewAtMs` the unit's state may have been taken to belong to the same moment. */
  readonly slackMs: number;
}

export const presenceOf = (input: PresenceInput): Reading<Presence> => {
  const { view, viewAtMs, answeredAtMs = 0, unit, startedSeenMs = 0, slackMs } = input;
  if (view.state === "known") return { ...view, value: "answers" };
  if (view.reason === "pending") return view;
  // A unit's state from before SQL fell silent says nothing of why it did; one since then that explains it stands.
  const sinceMs = unit.state === "known" && unit.value?.active !== "active" ? answeredAtMs + 1 : viewAtMs;
  const told = unit.state === "known" && unit.atMs >= Math.min(sinceMs, viewAtMs - slackMs) ? unit.value : undefined;
  // It has started since SQL was last tried: that it did not answer then is of the time before.
  const justStarted = told?.active === "active" && viewAtMs <= startedSeenMs;
  const presence = justStarted ? "starting" : told?.loaded === true ? byUnit(told, view.reason) : undefined;
  if (presence !== undefined) return { state: "known", value: presence, atMs: viewAtMs };
  return view.reason === "refused" ? { state: "known", value: "refusing", atMs: viewAtMs } : view;
};

const SILENT = new Set(["refused", "timeout", "failed", "stale"]);

const byUnit = (unit: UnitState, reason: string): Presence | undefined => {
  switch (unit.active) {
    case "active":
    case "reloading":
      return SILENT.has(reason) ? "silent" : "running";
    case "activating":
      // It has died, and systemd waits before it tries again.
      return unit.sub === "auto-restart" ? "failed" : "starting";
    case "deactivating":
      return "stopping";
    case "failed":
      return "failed";
    case "inactive":
      return "stopped";
    default:
      return undefined;
  }
};
