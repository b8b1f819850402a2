import { percent, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { settingsCommand, viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import { standStillOf } from "./flow-control.ts";
import { windowWords } from "./gcache.ts";
import type { Member } from "./member.ts";
import { memberReasons } from "./reasons-member.ts";
import { keepsQuorum, spareWithout, total, votesOf } from "./votes.ts";

/**
 * Readers and writers must go on without it: every other member in and well, all of one mind, and a quorum left even
 * if this one crashes on its way out.
 */
export const galeraReasons = (facts: GaleraFacts, host: string, { samples, cluster }: Context): readonly Reason[] => {
  const member = facts.members.find((each) => each.host === host);
  if (member === undefined) return arbitratorMayGo(facts);
  const others = facts.members.filter((each) => each !== member);
  const history = (name: string) => samples.history(viewCommand, name);
  const inTheWay = [
    ...facts.members.flatMap((each) => memberReasons(each, each === member, history(each.host))),
    ...agreement(facts, member),
    ...flow(facts, host, cluster.thresholds.flowControlPausedWarning),
  ];
  // What the votes of a cluster come to that is not whole or not of one mind says nothing.
  return inTheWay.length > 0 ? inTheWay : [together(facts, others), quorum(facts, member)];
};

/**
 * The inventory tells how many arbitrators there are and not where: any host without a member may be theirs. A quorum of
 * the members alone needs none of them, and only members that are all in and of one mind are known to have it.
 */
const arbitratorMayGo = (facts: GaleraFacts): readonly Reason[] => {
  const { members, arbitrators, groups } = facts;
  if (arbitrators === 0) return [];
  const votes = votesOf(facts);
  const isWhole = groups.length === 1 && members.every(({ view }) => view.state === "known" && view.value.primary);
  if (isWhole && typeof votes !== "string" && total(votes) - arbitrators > total(votes) / 2) return [];
  const why = !isWhole ? "not all members are known to be in" : typeof votes === "string" ? votes : NO_QUORUM;
  const whose = arbitrators === 1 ? "the arbitrator (garbd) runs" : "arbitrators (garbd) run";
  const text = `whether ${whose} on it is not known: that vote may be needed, ${why}`;
  return [{ stance: "unknown", text, evidence: viewsOf(facts) }];
};

const NO_QUORUM = "the members alone are no quorum";

const viewsOf = ({ members }: GaleraFacts): readonly string[] =>
  members.map(({ host }) => probeKey(viewCommand.id, host));

/** Of one mind and complete, but for the host's own member where that is away already, and for members on their way in: those are waited for by name. */
const agreement = (facts: GaleraFacts, own: Member): readonly Reason[] => {
  const evidence = viewsOf(facts);
  const without = isAway(own) ? own.host : undefined;
  const groups = facts.groups.filter(({ hosts }) => hosts.some((host) => host !== without));
  if (groups.length > 1) {
    const text = "members disagree on who is in the cluster: a partition, or a change under way";
    return [{ stance: "no", text, evidence }];
  }
  if (facts.primarySize.state === "unknown") return [];
  const size = facts.primarySize.value;
  const told = facts.members.filter(({ host, presence }) => host === without || isStarting(presence)).length;
  const expected = facts.expectedSize - told;
  if (size < expected) {
    const text = `only ${size} of ${plural(facts.expectedSize, "member")} are in: none can be spared`;
    return [{ stance: "no", text, evidence }];
  }
  if (size > facts.expectedSize) {
    const text = `${size} members vote, the inventory knows ${facts.expectedSize}: who the rest are is not known`;
    return [{ stance: "unknown", text, evidence }];
  }
  return [];
};

/** Fewer members would have to carry what they can hardly carry now; but the slow one may be just what has to go. */
const flow = (facts: GaleraFacts, host: string, threshold: number): readonly Reason[] => {
  const still = standStillOf(facts, threshold);
  if (still === undefined || still.slowest?.host === host) return [];
  const by = still.slowest === undefined ? "" : `: ${still.slowest.host} cannot keep up`;
  const text = `until writes no longer stand still, ${percent(still.share)} of the time now (flow control)${by}`;
  return [{ stance: "wait", text, evidence: viewsOf(facts) }];
};

const isStarting = (presence: Member["presence"]): boolean =>
  presence.state === "known" && presence.value === "starting";

const isAway = ({ presence, view }: Member): boolean =>
  view.state === "known" ? !view.value.primary : presence.state === "known" && presence.value !== "running";

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
