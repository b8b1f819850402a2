import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { settingsCommand, viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import { windowWords } from "./gcache.ts";
import type { Member } from "./member.ts";
import { memberReasons } from "./reasons-member.ts";
import { keepsQuorum, spareWithout, total, votesOf } from "./votes.ts";

/**
 * Readers and writers must go on without it: every other member in and well, all of one mind, and a quorum left even
 * if this one crashes on its way out.
 */
export const galeraReasons = (facts: GaleraFacts, host: string, { samples }: Context): readonly Reason[] => {
  const member = facts.members.find((each) => each.host === host);
  if (member === undefined) return [];
  const others = facts.members.filter((each) => each !== member);
  const history = (name: string) => samples.history(viewCommand, name);
  const inTheWay = [
    ...facts.members.flatMap((each) => memberReasons(each, each === member, history(each.host))),
    ...agreement(facts),
  ];
  // What the votes of a cluster come to that is not whole or not of one mind says nothing.
  return inTheWay.length > 0 ? inTheWay : [together(facts, others), quorum(facts, member)];
};

const viewsOf = ({ members }: GaleraFacts): readonly string[] =>
  members.map(({ host }) => probeKey(viewCommand.id, host));

const agreement = (facts: GaleraFacts): readonly Reason[] => {
  const { groups, primarySize, expectedSize } = facts;
  const evidence = viewsOf(facts);
  if (groups.length > 1)
    return [
      { stance: "no", text: "members disagree on who is in the cluster: a partition, or a change under way", evidence },
    ];
  if (primarySize.state === "unknown") return [];
  const size = primarySize.value;
  if (size < expectedSize)
    return [
      { stance: "no", text: `only ${size} of ${plural(expectedSize, "member")} are in: none can be spared`, evidence },
    ];
  if (size > expectedSize)
    return [
      {
        stance: "unknown",
        text: `${size} members vote, the inventory knows ${expectedSize}: who the rest are is not known`,
        evidence,
      },
    ];
  return [];
};

const together = (facts: GaleraFacts, others: readonly Member[]): Reason => {
  const evidence = viewsOf(facts);
  if (others.length === 0) return { stance: "no", text: "the only member: without it there is no database", evidence };
  const takers = others.filter(({ view }) => view.state === "known" && !view.value.readOnly);
  if (takers.length === 0) return { stance: "no", text: "no other member takes writes: all are read only", evidence };
  return { stance: "safe", text: `${names(others)} Synced, ready and of one mind${awayWords(others)}`, evidence };
};

const quorum = (facts: GaleraFacts, member: Member): Reason => {
  const evidence = facts.members.flatMap(({ host }) =>
    [settingsCommand, viewCommand].map(({ id }) => probeKey(id, host)),
  );
  const votes = votesOf(facts);
  if (typeof votes === "string") return { stance: "unknown", text: votes, evidence };
  const all = total(votes);
  const rest = all - (votes.byHost.get(member.host) ?? 0);
  if (!keepsQuorum(votes, member.host))
    return {
      stance: "no",
      text: `${rest} of ${plural(all, "vote")} would be left: no quorum if it crashes on its way out; an arbitrator (garbd) would change that`,
      evidence,
    };
  const spare = spareWithout(votes, member.host);
  const then =
    spare === 0 ? "the rest could then lose none" : `the rest could then still lose ${plural(spare, "member")}`;
  return { stance: "safe", text: `${rest} of ${plural(all, "vote")} stay, ${then}`, evidence };
};

/** How long it may be away and still come back without a full copy. */
const awayWords = (others: readonly Member[]): string => {
  const windows = others.flatMap(({ gcache }) =>
    gcache.state === "known" && gcache.value.windowMs !== undefined ? [gcache.value.windowMs] : [],
  );
  return windows.length === 0 ? "" : `; back within ${windowWords(Math.max(...windows))} it needs no full copy`;
};

const names = (members: readonly Member[]): string => {
  const all = members.map(({ host }) => host);
  return `${all.join(", ")} ${all.length === 1 ? "is" : "are"}`;
};
