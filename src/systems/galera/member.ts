import type { Known, Sample } from "../../connect/sample.ts";
import { mapReading, pickReading, rateReading } from "../derive.ts";
import { counterRate } from "../rate.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { liveliest, type UnitState } from "../unit.ts";
import { grastateCommand, settingsCommand, unitCommand, viewCommand } from "./commands.ts";
import { backlogOf, conflictsOf, type Backlog } from "./backlog.ts";
import { gcacheOf, type Gcache, type Rejoin } from "./gcache.ts";
import type { Grastate } from "./parse-grastate.ts";
import type { MemberSettings } from "./parse-settings.ts";
import type { MemberView, WsrepCounters } from "./parse-view.ts";
import { untilSynced } from "./until-synced.ts";
import { isDown, presenceOf, type Presence } from "./presence.ts";

/** What is known of one expected member; a member that is gone still has one of these. */
export interface Member {
  readonly host: string;
  /** Its vote by the inventory. */
  readonly weight: number;
  readonly presence: Reading<Presence>;
  readonly view: Reading<MemberView>;
  readonly settings: Reading<MemberSettings>;
  readonly unit: Reading<UnitState>;
  /** Only while it is down: what the file says of a running member means nothing. */
  readonly grastate: Reading<Grastate>;
  /** Share of time it was held back by flow control, 0 to 1. */
  readonly flowControlPaused: Reading<number>;
  readonly certFailuresPerSecond: Reading<number>;
  readonly bfAbortsPerSecond: Reading<number>;
  /** Both of them over the last minute: what goes on, not what happened once. */
  readonly conflictsPerSecond: Reading<number>;
  readonly backlog: Reading<Backlog>;
  /** Write-sets that originate on this member, per second. */
  readonly writesPerSecond: Reading<number>;
  /** Write-sets behind the member that is furthest ahead. */
  readonly lagWriteSets: Reading<number>;
  readonly gcache: Reading<Gcache>;
  /** Only while it answers and is not Synced. */
  readonly catchUp?: CatchUp | undefined;
  /** Only while it is down and its position is known. */
  readonly rejoin?: Rejoin | undefined;
}

/** How a member that is not Synced gets on. */
export interface CatchUp {
  /** In its present wsrep state for, ms; at least, as history is bounded. */
  readonly forMs: number;
  /** Until it should be Synced, ms; absent without enough history, and while nothing moves. */
  readonly leftMs?: number | undefined;
}

/** A member by itself: without what takes the others to know. */
export type Alone = Omit<Member, "lagWriteSets" | "rejoin">;

export const memberAlone = (host: string, weight: number, context: Context): Alone => {
  const { samples, cluster } = context;
  const sample = samples.latest(viewCommand, host);
  const history = samples.history(viewCommand, host);
  const view = readingOf(sample, (value) => value);
  const settings = readingOf(samples.latest(settingsCommand, host), (value) => value);
  const unitSample = samples.latest(unitCommand, host);
  const units = readingOf(unitSample, liveliest);
  const presence = presenceOf({
    view,
    viewAtMs: sample.atMs,
    answeredAtMs: history.at(-1)?.atMs,
    viewAskedMs: sample.atMs - (sample.state === "unknown" && sample.reason === "timeout" ? viewCommand.deadlineMs : 0),
    unit: units,
    unitAskedMs: unitSample.atMs - (unitSample.state === "known" ? unitSample.tookMs : 0),
    startedSeenMs: startedSeenMs(samples.history(unitCommand, host)),
    roundMs: cluster.intervals.fastMs,
  });
  const perSecond = (counter: (counters: WsrepCounters) => number | undefined): Reading<number> =>
    rateReading(
      view,
      counterRate(history, (value) => counter(value.counters)),
    );
  return {
    host,
    weight,
    presence,
    view,
    settings,
    unit: pickReading(units, (unit) => unit, "systemctl knows no such unit"),
    grastate: grastateOf(samples.latest(grastateCommand, host), presence, lastAnswerMs(sample)),
    flowControlPaused: mapReading(
      perSecond((counters) => counters.flowControlPausedNs),
      (nsPerSecond) => Math.min(1, nsPerSecond / 1e9),
    ),
    certFailuresPerSecond: perSecond((counters) => counters.certFailures),
    bfAbortsPerSecond: perSecond((counters) => counters.bfAborts),
    conflictsPerSecond: conflictsOf(view, history),
    backlog: backlogOf(view, history),
    writesPerSecond: perSecond((counters) => counters.replicated),
    gcache: gcacheOf(view, settings, history),
    catchUp: catchUpOf(view, history),
  };
};

const catchUpOf = (view: Reading<MemberView>, history: readonly Known<MemberView>[]): CatchUp | undefined => {
  if (view.state === "unknown" || view.value.state === 4) return undefined;
  const { state } = view.value;
  const before = history.findLastIndex(({ value }) => value.state !== state);
  const since = history[before + 1]?.atMs ?? view.atMs;
  return { forMs: view.atMs - since, leftMs: untilSynced(history).expectedMs };
};

/** When the unit was first seen active after it was last seen otherwise. */
const startedSeenMs = (history: readonly Known<readonly UnitState[]>[]): number | undefined => {
  const lastNot = history.findLastIndex(({ value }) => liveliest(value)?.active !== "active");
  return lastNot < 0 ? undefined : history[lastNot + 1]?.atMs;
};

const lastAnswerMs = (sample: Sample<MemberView>): number =>
  sample.state === "known" ? sample.atMs : (sample.last?.atMs ?? 0);

const grastateOf = (sample: Sample<Grastate>, presence: Reading<Presence>, lastAnswer: number): Reading<Grastate> => {
  if (presence.state === "unknown" || !isDown(presence.value))
    return unknownReading("pending", "of use only while the member is down");
  const grastate = readingOf(sample, (value) => value);
  if (grastate.state === "known" && grastate.atMs <= lastAnswer)
    return unknownReading("pending", "not read since the member went down");
  return grastate;
};

/** The last view a member gave, however old: where it stood when it left. */
export const lastView = (context: Context, host: string): Known<MemberView> | undefined => {
  const sample = context.samples.latest(viewCommand, host);
  return sample.state === "known" ? sample : sample.last;
};
