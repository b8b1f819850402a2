import type { Finding } from "../systems/finding.ts";

/** Answers needed before a finding is shown, and before it goes. One bad sample is often a hiccup; one good one too. */
const RAISE_AFTER = 2;
const CLEAR_AFTER = 3;

/** How soon what was seen once is asked again, and what may be over; ms. Its probes may have all the time in the world. */
const CONFIRM_MS = 2_500;
const CLEAR_MS = 5_000;

/** What is remembered of one finding between two looks. */
export interface Damped {
  readonly finding: Finding;
  readonly raised: boolean;
  /** Since it was first seen. */
  readonly sinceMs: number;
  /** Not seen at the last look, and not yet gone. */
  readonly clearing: boolean;
  readonly bad: number;
  readonly good: number;
  /** Answer count of the probes it rests on when it was last counted: only a new answer counts. */
  readonly answers: number | undefined;
  /** When it was last counted. */
  readonly atMs: number;
}

/** How far the probes are that a finding rests on, at the time of a look. */
export interface Progress {
  readonly nowMs: number;
  /** Answers so far, of all of them; undefined for a finding that rests on none. */
  readonly answers: (finding: Finding) => number | undefined;
  /**
   * How long until each has answered again when all are asked after `soonMs` at the latest, ms. What rests on three
   * members is bad twice when all have been asked twice, not when one of them answers a moment after another.
   */
  readonly roundMs: (finding: Finding, soonMs: number) => number;
}

export type Damping = ReadonlyMap<string, Damped>;

export const keyOf = (finding: Finding): string => `${finding.id} ${finding.subject}`;

/**
 * Holds findings back until they were seen in two answers and keeps them until three answers were good, so that the
 * screen does not flap. `atOnce` findings (losses that must not wait) rise with the first answer. Pure.
 */
export const damp = (
  before: Damping,
  findings: readonly Finding[],
  progress: Progress,
  atOnce: (finding: Finding) => boolean,
): Damping => {
  const after = new Map<string, Damped>();
  for (const finding of findings) {
    const known = before.get(keyOf(finding));
    // One that was away for a look begins again with the first good answer it gets.
    const counted = countedAt(finding, known === undefined || known.good > 0 ? undefined : known, progress);
    const isNew = counted.answers !== known?.answers;
    const bad = known === undefined ? 1 : Math.min(known.bad + (isNew ? 1 : 0), RAISE_AFTER);
    const raised =
      known?.raised === true ||
      atOnce(finding) ||
      bad >= RAISE_AFTER ||
      counted.answers === undefined ||
      inherits(finding, findings, before);
    const sinceMs = known?.sinceMs ?? progress.nowMs;
    after.set(keyOf(finding), { finding, raised, sinceMs, clearing: false, bad, good: 0, ...counted });
  }
  for (const [key, known] of before) {
    if (after.has(key) || !known.raised) continue;
    if (known.good === 0 && findings.some((finding) => succeeds(finding, known.finding, before))) continue;
    const counted = countedAt(known.finding, known.good === 0 ? undefined : known, progress);
    // What rests on no answer has none to wait for.
    if (counted.answers === undefined) continue;
    const good = known.good + (counted.answers === known.answers ? 0 : 1);
    if (good < CLEAR_AFTER) after.set(key, { ...known, clearing: true, good, ...counted });
  }
  return after;
};

/** As before until a new answer has come and a round is over. The first of its kind need not wait for one. */
const countedAt = (
  finding: Finding,
  known: Damped | undefined,
  { nowMs, answers, roundMs }: Progress,
): Pick<Damped, "answers" | "atMs"> => {
  const now = { answers: answers(finding), atMs: nowMs };
  if (known === undefined) return now;
  const over = now.answers !== known.answers && nowMs - known.atMs >= roundMs(finding, soonMs(known));
  return over ? now : { answers: known.answers, atMs: known.atMs };
};

/** What is merely not known, as after an answer that was lost, is not made out to be more by asking again at once. */
const soonMs = ({ finding, raised }: Damped): number =>
  raised ? CLEAR_MS : finding.severity === "unknown" ? Infinity : CONFIRM_MS;

/**
 * What is wrong with the same thing has another name from this look on: a brick that did not answer turns out to have no
 * process. Kept beside its successor the old finding would contradict it.
 */
const succeeds = (finding: Finding, old: Finding, before: Damping): boolean =>
  !before.has(keyOf(finding)) &&
  finding.subject === old.subject &&
  finding.evidence.length === old.evidence.length &&
  finding.evidence.every((key) => old.evidence.includes(key));

/** What is shown under another name was seen before: it does not go dark until the new name has been seen twice. */
const inherits = (finding: Finding, findings: readonly Finding[], before: Damping): boolean =>
  [...before].some(
    ([key, old]) =>
      old.raised &&
      old.good === 0 &&
      succeeds(finding, old.finding, before) &&
      !findings.some((other) => keyOf(other) === key),
  );

/** The findings to show. One that is about to go says so: its text is of the last look that saw it. */
export const raised = (damping: Damping): readonly Finding[] =>
  [...damping.values()]
    .filter((each) => each.raised)
    .map(({ finding, clearing }) =>
      clearing
        ? {
            ...finding,
            clearing,
            text: `Seems over: ${finding.text}`,
            next: "wait: it goes after three good answers",
          }
        : finding,
    );

/** Probes to be asked again before their time. */
export interface Hurry {
  readonly evidence: readonly string[];
  /** Counted from when they were last asked. */
  readonly withinMs: number;
}

/**
 * What was seen once is confirmed at once, and what seems over too. What stands is looked at again when it has stood for
 * half as long more: an hour's interval must not keep a trouble on the screen that was mended minutes ago. Pure.
 */
export const hurried = (damping: Damping, nowMs: number): readonly Hurry[] =>
  [...damping.values()].flatMap((each): readonly Hurry[] => {
    const { finding, clearing, sinceMs } = each;
    const { evidence } = finding;
    if (!each.raised || clearing) return [{ evidence, withinMs: soonMs(each) }];
    return finding.severity === "info" ? [] : [{ evidence, withinMs: Math.max(CLEAR_MS, (nowMs - sinceMs) / 2) }];
  });
