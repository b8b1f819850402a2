import { rate } from "../format.ts";
import type { GaleraFacts } from "./facts.ts";
import type { Said } from "./assess-member.ts";
import { total, votesOf } from "./votes.ts";

/** Transactions a second; a few conflicts in a busy hour are nobody's harm. */
const CONFLICTS_WARNING = 0.2;

/** With one writer there is nobody to conflict with. */
export const assessConflicts = ({ members, writers }: GaleraFacts): readonly Said[] => {
  if (writers.state === "unknown" || writers.value.length < 2) return [];
  const perSecond = members.reduce(
    (sum, { conflictsPerSecond }) => sum + (conflictsPerSecond.state === "known" ? conflictsPerSecond.value : 0),
    0,
  );
  if (perSecond < CONFLICTS_WARNING) return [];
  const text = `${rate(perSecond)} transactions a second are rolled back: ${writers.value.join(" and ")} write to the same rows`;
  const next = "one writer behind HAProxy: the other members of the database proxy as backup";
  return [{ id: "galera.conflicts", severity: "warning", text, next }];
};

export const assessVotes = (facts: GaleraFacts): readonly Said[] => {
  const votes = votesOf(facts);
  if (typeof votes === "string" || total(votes) % 2 === 1) return [];
  const text = `The members have ${total(votes)} votes, an even number: a cut through the middle stops both halves`;
  return [
    { id: "galera.even_votes", severity: "info", text, next: "add an arbitrator (garbd), or weigh one member 2" },
  ];
};
