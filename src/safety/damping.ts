import type { Finding } from "../systems/finding.ts";

/** Answers needed before a finding is shown, and before it goes. One bad sample is often a hiccup; one good one too. */
const RAISE_AFTER = 2;
const CLEAR_AFTER = 3;

/** What is remembered of one finding between two looks. */
export interface Damped {
  readonly finding: Finding;
  readonly raised: boolean;
  readonly bad: number;
  readonly good: number;
  /** Answer count of the probes it rests on when it was last counted: only a new answer counts. */
  readonly answers: number;
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
  answersOf: (finding: Finding) => number,
  atOnce: (finding: Finding) => boolean,
): Damping => {
  const after = new Map<string, Damped>();
  for (const finding of findings) {
    const answers = answersOf(finding);
    const known = before.get(keyOf(finding));
    const isNew = known === undefined || answers !== known.answers;
    const bad = known === undefined ? 1 : Math.min(known.bad + (isNew ? 1 : 0), RAISE_AFTER);
    const raised =
      known?.raised === true || atOnce(finding) || bad >= RAISE_AFTER || inherits(finding, findings, before);
    after.set(keyOf(finding), { finding, raised, bad, good: 0, answers });
  }
  for (const [key, known] of before) {
    if (after.has(key) || !known.raised) continue;
    if (known.good === 0 && findings.some((finding) => succeeds(finding, known.finding, before))) continue;
    const answers = answersOf(known.finding);
    const good = known.good + (answers === known.answers ? 0 : 1);
    if (good < CLEAR_AFTER) after.set(key, { ...known, good, answers });
  }
  return after;
};

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

/** The findings to show. */
export const raised = (damping: Damping): readonly Finding[] =>
  [...damping.values()].filter((each) => each.raised).map((each) => each.finding);
