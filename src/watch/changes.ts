import type { StateLine } from "../systems/state-line.ts";
import type { SystemId } from "../systems/system.ts";
import type { TimelineEvent } from "./event.ts";
import { afterChange, afterStillness, CALM, type Unrest } from "./unrest.ts";

/** A state line of a room. */
export interface SystemLine extends StateLine {
  readonly system: SystemId;
}

/** What is remembered of one thing between two looks. */
interface Thing {
  /** The state the timeline has; absent until the first one counts. */
  readonly told?: StateLine;
  /** A state that must stand for another round of answers first, with the answers of each of its probes until then. */
  readonly waiting?: { readonly state: string; readonly answers: readonly number[] };
  /** Since when its host hides it. */
  readonly hiddenSinceMs?: number;
  readonly unrest: Unrest;
  readonly lastSeenMs: number;
}

/** Everything the timeline remembers of states, by thing. */
export type Things = ReadonlyMap<string, Thing>;

export interface Changed {
  readonly things: Things;
  /** In the order of the lines. */
  readonly events: readonly TimelineEvent[];
}

/** A thing that no room speaks of any more, a server taken out of a configuration, is forgotten after this time. */
const FORGET_MS = 600_000;

/**
 * Compares the states of two looks. Pure.
 *
 * - What is seen for the first time is no event.
 * - A known state is told at once. Not knowing, and what is put together from several answers, is told when it has
 *   stood for another round of answers: one question that fails is a hiccup.
 * - Another reason for not knowing is no news of the thing itself.
 * - What is not known because its host is not seen is not told: the host's own line says it. When the host is back and
 *   the thing is another than before, the event says for how long nobody saw it.
 * - A thing that changes all the time is told as that, then not at all until it holds still ({@link afterChange}).
 */
export const changesOf = (
  before: Things,
  lines: readonly SystemLine[],
  answersOf: (probeKey: string) => number,
  nowMs: number,
): Changed => {
  const dark = new Set(
    lines.flatMap(({ system, host, severity }) => (system === "host" && severity === "unknown" ? [host] : [])),
  );
  const things = new Map([...before].filter(([, { lastSeenMs }]) => nowMs - lastSeenMs < FORGET_MS));
  const events: TimelineEvent[] = [];
  for (const line of lines) {
    const key = `${line.system} ${line.host ?? ""} ${line.subject}`;
    const thing = before.get(key) ?? { unrest: CALM, lastSeenMs: nowMs };
    const hidden = line.system !== "host" && line.severity === "unknown" && dark.has(line.host);
    const { event, ...after } = hidden ? hide(nowMs, thing) : step(thing, line, answersOf, nowMs);
    things.set(key, { ...after, lastSeenMs: nowMs });
    if (event !== undefined) events.push({ ...eventOf(line, nowMs), ...event });
  }
  return { things, events };
};

type Told = Pick<TimelineEvent, "from" | "to" | "severity" | "unseenMs">;

type Step = Omit<Thing, "lastSeenMs"> & { readonly event?: Told };

const hide = (nowMs: number, { told, unrest, hiddenSinceMs = nowMs }: Thing): Step => ({
  ...(told === undefined ? {} : { told }),
  unrest,
  hiddenSinceMs,
});

const step = (thing: Thing, line: SystemLine, answersOf: (key: string) => number, nowMs: number): Step => {
  const { told, unrest } = thing;
  if (told !== undefined && isSame(told, line)) {
    const still = afterStillness(unrest, nowMs);
    const event =
      unrest.restless && !still.restless ? { event: { from: RESTLESS, to: toOf(line), severity: line.severity } } : {};
    return { told, unrest: still, ...event };
  }
  const answers = line.evidence.map((key) => answersOf(key));
  const mustStand = (line.severity === "unknown" || line.patient === true) && answers.length > 0;
  const state = line.severity === "unknown" ? "unknown" : line.state;
  if (mustStand && !hasStood(thing.waiting, state, answers)) {
    const { waiting, ...rest } = thing;
    return { ...rest, waiting: waiting?.state === state ? waiting : { state, answers } };
  }
  if (told === undefined) return { told: line, unrest };
  return { told: line, ...changed(thing, told, line, nowMs) };
};

const isSame = (told: StateLine, { state, severity }: StateLine): boolean =>
  told.state === state || (told.severity === "unknown" && severity === "unknown");

const hasStood = (waiting: Thing["waiting"], state: string, answers: readonly number[]): boolean =>
  waiting?.state === state && answers.every((count, i) => count > (waiting.answers[i] ?? 0));

const RESTLESS = "keeps changing";

const changed = (
  { unrest: before, hiddenSinceMs }: Thing,
  told: StateLine,
  line: StateLine,
  nowMs: number,
): Pick<Step, "unrest" | "event"> => {
  const unrest = afterChange(before, nowMs);
  if (before.restless) return { unrest };
  const { severity } = line;
  if (unrest.restless)
    return { unrest, event: { from: told.state, to: RESTLESS, severity: severity === "ok" ? "warning" : severity } };
  const unseen = hiddenSinceMs === undefined ? {} : { unseenMs: nowMs - hiddenSinceMs };
  return { unrest, event: { from: told.state, to: toOf(line), severity, ...unseen } };
};

const toOf = ({ state, why }: StateLine): string => (why === undefined ? state : `${state}, ${why}`);

const eventOf = ({ system, subject, host }: SystemLine, atMs: number) => ({
  atMs,
  system,
  subject,
  ...(host === undefined ? {} : { host }),
});
