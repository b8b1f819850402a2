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
  /** When it was asked, as far as that is known, ms since the epoch. */
  readonly viewAskedMs: number;
  readonly unit: Reading<UnitState | undefined>;
  /** When the unit's newest answer was asked, ms since the epoch: it may have changed before the answer came. */
  readonly unitAskedMs: number;
  /** When it last gave its view, ms since the epoch. */
  readonly answeredAtMs: number | undefined;
  /** When its unit was first seen active again, ms since the epoch; undefined when it was never seen otherwise. */
  readonly startedSeenMs: number | undefined;
  /** Between two rounds of the fast probes. */
  readonly roundMs: number;
}

export const presenceOf = (input: PresenceInput): Reading<Presence> => {
  const { view, viewAtMs, viewAskedMs, answeredAtMs = 0, unit, unitAskedMs, startedSeenMs = 0, roundMs } = input;
  if (view.state === "known") return { ...view, value: "answers" };
  if (view.reason === "pending") return view;
  // A unit's state from before SQL fell silent says nothing of why it did. One since then that explains it stands; that
  // it runs all the same must have been asked when SQL was silent already: a server that is killed still ran just before.
  const silentMs = Math.min(viewAskedMs, answeredAtMs + SURELY_ROUNDS * roundMs);
  const isOfNow =
    unit.state === "known" &&
    (unit.value?.active === "active" ? unitAskedMs >= silentMs : unit.atMs >= Math.min(answeredAtMs + 1, viewAtMs));
  const told = isOfNow ? unit.value : undefined;
  // It has started since SQL was last tried, or as it was: that it did not answer then is of the time before.
  const justStarted = told?.active === "active" && viewAskedMs <= startedSeenMs + roundMs / 2;
  const presence = justStarted ? "starting" : told?.loaded === true ? byUnit(told, view.reason) : undefined;
  if (presence !== undefined) return { state: "known", value: presence, atMs: viewAtMs };
  return view.reason === "refused" ? { state: "known", value: "refusing", atMs: viewAtMs } : view;
};

/** What has not answered for so many rounds fell silent one round ago at the latest. */
const SURELY_ROUNDS = 1.5;

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
