import { anywhere, onHost } from "../explain.ts";
import { count, percent, rate } from "../format.ts";
import type { GaleraFacts } from "./facts.ts";
import { standStillOf } from "./flow-control.ts";
import type { Said } from "./assess-member.ts";
import { total, votesOf } from "./votes.ts";

/** With one writer there is nobody to conflict with. `threshold`: transactions a second. */
export const assessConflicts = ({ members, writers }: GaleraFacts, threshold: number): readonly Said[] => {
  if (writers.state === "unknown" || writers.value.length < 2) return [];
  const perSecond = members.reduce(
    (sum, { conflictsPerSecond }) => sum + (conflictsPerSecond.state === "known" ? conflictsPerSecond.value : 0),
    0,
  );
  if (perSecond < threshold) return [];
  const text = `${rate(perSecond)} transactions a second are rolled back: ${writers.value.join(" and ")} write to the same rows`;
  const next = "one writer behind HAProxy: the other members of the database proxy as backup";
  return [{ id: "galera.conflicts", severity: "warning", text, next }];
};

/** All members stand still for one that cannot keep up: one thing, which names that one. */
export const assessFlowControl = (
  facts: GaleraFacts,
  threshold: number,
): readonly (Said & { readonly host?: string })[] => {
  const still = standStillOf(facts, threshold);
  if (still === undefined) return [];
  const { share, slowest } = still;
  const what = `Writes stand still ${percent(share)} of the time:`;
  const about = { id: "galera.flow_control", severity: "warning" } as const;
  const silent = anywhere("galera.member_silent", "galera.not_synced");
  if (slowest === undefined)
    return [
      {
        ...about,
        text: `${what} a member that cannot keep up holds all back`,
        next: "look for the member with the longest receive queue",
        explainedBy: silent,
      },
    ];
  const { host, queue } = slowest;
  return [
    {
      ...about,
      host,
      text: `${what} ${host} cannot keep up, up to ${count(queue)} write-sets wait there`,
      next: `see its disks, load and locks: ssh ${host} top; on it SHOW PROCESSLIST`,
      explainedBy: [...silent, ...onHost(host, "host.disk_full", "host.load", "host.memory")],
    },
  ];
};

export const assessVotes = (facts: GaleraFacts): readonly Said[] => {
  const votes = votesOf(facts);
  if (typeof votes === "string" || total(votes) % 2 === 1) return [];
  const text = `The members have ${total(votes)} votes, an even number: a cut through the middle stops both halves`;
  return [
    { id: "galera.even_votes", severity: "info", text, next: "add an arbitrator (garbd), or weigh one member 2" },
  ];
};
