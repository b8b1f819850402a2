import { duration, plural } from "../format.ts";
import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { logOf, memberFinding } from "./assess-member.ts";
import { grastateCommand, unitCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import { windowWords } from "./gcache.ts";
import type { Member } from "./member.ts";
import { isDown } from "./presence.ts";
import type { GaleraFinding } from "./rules.ts";

/** Members that gave no view: down, starting, silent, or not known. */
export const assessAbsent = (facts: GaleraFacts, context: Context): readonly GaleraFinding[] => {
  const allDown = facts.members.every(({ presence }) => presence.state === "known" && isDown(presence.value));
  if (allDown && facts.members.length > 0) return [wholeClusterDown(facts, context)];
  return facts.members.flatMap((member) => absent(member, facts, context));
};

const absent = (member: Member, facts: GaleraFacts, context: Context): readonly GaleraFinding[] => {
  const { host, presence, view, unit } = member;
  if (presence.state === "unknown") {
    if (presence.reason === "pending") return [];
    const text = `${host}'s member is not known: ${presence.detail}${peersSay(facts)}`;
    return [
      memberFinding(host, {
        id: "galera.member_unknown",
        severity: "unknown",
        text,
        next: presence.fix ?? `see why ${host} does not answer; touch no other member meanwhile`,
        explainedBy: onHost(host, "host.unreachable"),
      }),
    ];
  }
  const since = unit.state === "known" && unit.value.sinceMs !== undefined ? unit.value.sinceMs : undefined;
  const ago = since === undefined ? "" : ` ${duration(context.nowMs - since)} ago`;
  const service = context.cluster.galera?.service ?? "mariadb";
  const says = unit.state === "known" && unit.value.says !== "" ? ` (${unit.value.says})` : "";
  switch (presence.value) {
    case "answers":
      return [];
    case "running": {
      const why = view.state === "unknown" ? view.detail : "";
      const fix = view.state === "unknown" ? view.fix : undefined;
      const next = fix ?? "midwatch doctor says what the account lacks";
      const text = `${host}'s database runs, its view is not known: ${why}`;
      const explainedBy = onHost(host, "host.unreachable");
      return [memberFinding(host, { id: "galera.member_unknown", severity: "unknown", text, next, explainedBy })];
    }
    case "silent": {
      const text = `${host}'s database runs and does not answer: ${view.state === "unknown" ? view.detail : ""}`;
      return [
        memberFinding(host, {
          id: "galera.member_silent",
          severity: "critical",
          text,
          next: `${logOf(host, service)}; ps -C mariadbd: T is frozen, D waits for its disk`,
          explainedBy: [...onHost(host, "host.disk_full"), ...unlessPrimary(facts)],
        }),
      ];
    }
    case "starting":
    case "stopping": {
      const text = `${host}'s database is ${presence.value}${since === undefined ? "" : ` since ${duration(context.nowMs - since)}`}${says}`;
      return [
        memberFinding(host, {
          id: `galera.member_${presence.value}`,
          severity: "warning",
          text,
          next: presence.value === "starting" ? "wait until it is Synced" : "find out who stops it first",
          explainedBy: unlessPrimary(facts),
        }),
      ];
    }
    case "stopped":
    case "failed":
    case "refusing": {
      const how = presence.value === "failed" ? failedHow(unit) : HOW[presence.value];
      const text = `Database on ${host} ${how}${presence.value === "refusing" ? "" : ago}: ${standing(facts)}${rejoinWords(member)}`;
      const unseen = nobodyServes(facts) ? facts.members.filter((each) => each.presence.state === "unknown") : [];
      const next =
        unseen.length > 0
          ? `reach ${unseen.map((each) => each.host).join(" and ")} first: bootstrap nothing while a member is not seen`
          : `${logOf(host, service)}, then: sudo systemctl start ${service}`;
      const explainedBy = [...onHost(host, "host.disk_full"), ...unlessPrimary(facts)];
      return [memberFinding(host, { id: "galera.member_down", severity: "critical", text, next, explainedBy })];
    }
  }
};

const nobodyServes = ({ groups }: GaleraFacts): boolean => groups.length === 0;

/**
 * Without a Primary component the members that are gone are the smaller news: what is told first is that nobody serves.
 * Only then, because one member may be outside while the others serve.
 */
const unlessPrimary = ({ groups }: GaleraFacts): readonly Explanation[] =>
  groups.every(({ primary }) => !primary) ? anywhere("galera.non_primary") : [];

const HOW = { stopped: "stopped", refusing: "refuses connections" } as const;

/** systemd's `Result` in words. */
const failedHow = (unit: Member["unit"]): string => {
  const result = unit.state === "known" ? unit.value.result : "";
  return KILLED[result] ?? (result === "" || result === "success" ? "failed" : `failed (${result})`);
};

const KILLED: Readonly<Record<string, string>> = {
  signal: "was killed",
  "core-dump": "crashed",
  "oom-kill": "was killed for want of memory",
};

/** `2 of 3 members, none to spare`: what is left, and how many more may crash before the rest lose quorum. */
const standing = ({ primarySize, expectedSize, members }: GaleraFacts): string => {
  if (primarySize.state === "unknown") return `no Primary component among the members that answer`;
  // The others need some seconds to notice that one has died: until then they count it.
  const down = members.filter(({ presence }) => presence.state === "known" && isDown(presence.value)).length;
  const size = Math.min(primarySize.value, expectedSize - down);
  const equalVotes = members.every(({ weight }) => weight === members[0]?.weight);
  const spare = Math.ceil(size / 2) - 1;
  return `${size} of ${plural(expectedSize, "member")}${equalVotes ? `, ${spare === 0 ? "none" : spare} to spare` : ""}`;
};

const rejoinWords = ({ rejoin }: Member): string => {
  if (rejoin === undefined) return "";
  if (rejoin.by === "SST") return "; it comes back by a full copy (SST)";
  return rejoin.leftMs === undefined ? "" : `; IST possible for ${windowWords(rejoin.leftMs)} more`;
};

/** What is known of a member that cannot be asked: its peers' views. */
const peersSay = ({ primarySize, expectedSize, groups }: GaleraFacts): string => {
  if (primarySize.state === "unknown") return "";
  const peers = groups.find(({ primary }) => primary)?.hosts.join(" and ") ?? "the others";
  return primarySize.value >= expectedSize
    ? `; it is still seen by ${peers}`
    : `; ${peers} go on as ${primarySize.value} of ${expectedSize}`;
};

/**
 * Only when every member is known to be down. The first to start is the one that may: exactly one says that it is safe,
 * none wrote a higher position, and all speak of the same cluster; otherwise every position must be recovered and compared first.
 */
const wholeClusterDown = (facts: GaleraFacts, context: Context): GaleraFinding => {
  const service = context.cluster.galera?.service ?? "mariadb";
  const states = facts.members.map(({ host, grastate }) => ({
    host,
    state: grastate.state === "known" ? grastate.value : undefined,
  }));
  const safe = states.filter(({ state }) => state?.safeToBootstrap === true);
  const sameCluster = new Set(states.map(({ state }) => state?.uuid)).size === 1 && states[0]?.state !== undefined;
  const highest = Math.max(...states.map(({ state }) => state?.seqno ?? -1));
  const first = safe.length === 1 && sameCluster && safe[0]?.state?.seqno === highest ? safe[0].host : undefined;
  const start = facts.flavour === "percona" ? `systemctl start ${service}@bootstrap` : "galera_new_cluster";
  const positions = states.map(
    ({ host, state }) =>
      `${host} ${state === undefined ? "?" : (state.seqno ?? "crashed")}${state?.safeToBootstrap === true ? " safe" : ""}`,
  );
  return {
    id: "galera.cluster_down",
    severity: "critical",
    subject: "cluster",
    text: `No database runs: all ${plural(facts.members.length, "member")} are down (${positions.join(", ")})`,
    next:
      first === undefined
        ? "recover the position on every host (mariadbd --wsrep-recover), bootstrap the highest; never guess"
        : `on ${first}: ${start}; then start the others one by one`,
    evidence: facts.members.flatMap(({ host }) => [unitCommand, grastateCommand].map(({ id }) => probeKey(id, host))),
  };
};
