import { plural } from "../format.ts";
import { anywhere, onHost } from "../explain.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { assessAudit } from "./assess-audit.ts";
import { assessAbsent } from "./assess-absent.ts";
import { assessGcache } from "./assess-gcache.ts";
import { assessView, memberFinding, type Said } from "./assess-member.ts";
import { assessConflicts, assessFlowControl, assessVotes } from "./assess-writes.ts";
import { viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import type { GaleraFinding } from "./rules.ts";

export const assessGalera = (facts: GaleraFacts, context: Context): readonly GaleraFinding[] => [
  ...assessAbsent(facts, context),
  ...assessComponent(facts),
  ...assessSize(facts),
  ...facts.members.flatMap((member) => assessView(member, context)),
  ...assessGcache(facts, context.cluster.thresholds),
  ...[
    ...assessFlowControl(facts, context.cluster.thresholds.flowControlPausedWarning),
    ...assessConflicts(facts, context.cluster.thresholds.conflictsPerSecondWarning),
    ...assessVotes(facts),
  ].map((said) => clusterFinding(facts, said)),
  ...assessVersions(facts),
  ...assessAudit(facts.audit),
];

/** Which members are in a Primary component, and whether those agree. */
const assessComponent = (facts: GaleraFacts): readonly GaleraFinding[] => {
  const primary = facts.groups.filter((group) => group.primary);
  const outside = facts.groups.filter((group) => !group.primary).flatMap((group) => group.hosts);
  if (primary.length === 0 && outside.length > 0) {
    const gone = facts.members.filter(({ host }) => !outside.includes(host)).map(({ host }) => host);
    const without = gone.length === 0 ? "each of them alone" : `without ${gone.join(" and ")}`;
    const text = `The database refuses all queries: ${outside.join(", ")} ${outside.length === 1 ? "has" : "have"} no quorum ${without}`;
    const next =
      gone.length === 0
        ? "mend the network between the members (port 4567); pc.bootstrap only when that cannot be done"
        : `bring ${gone.join(" and ")} back; pc.bootstrap only when they are gone for good`;
    return [clusterFinding(facts, { id: "galera.non_primary", severity: "critical", text, next })];
  }
  const cutOff = outside.map((host) =>
    memberFinding(host, {
      id: "galera.member_cut_off",
      severity: "critical",
      text: `${host}'s database is cut off from the others and refuses queries; they go on without it (non-Primary by its own view)`,
      next: `look at the network between ${host} and the other members (port 4567)`,
    }),
  );
  if (primary.length < 2) return cutOff;
  const views = primary.map(
    ({ hosts, size, confId }) => `${hosts.join(" ")} sees ${size}, membership ${confId ?? "?"}`,
  );
  const split = new Set(primary.map(({ clusterUuid }) => clusterUuid)).size > 1;
  const said = split
    ? ({
        id: "galera.split",
        text: `Two databases under one name: members belong to different clusters (${views.join("; ")})`,
        next: "let only one side take writes; rejoin the others by a full copy",
      } as const)
    : ({
        id: "galera.disagree",
        text: `Members disagree on who is in the cluster: ${views.join("; ")}`,
        next: "compare the members' rows; take no host out until they agree",
      } as const);
  return [...cutOff, clusterFinding(facts, { severity: "critical", ...said })];
};

const assessSize = (facts: GaleraFacts): readonly GaleraFinding[] => {
  const { primarySize, expectedSize, members, groups } = facts;
  if (primarySize.state === "unknown" || primarySize.value === expectedSize) return [];
  // Members that disagree on the size are reported for that.
  if (groups.filter(({ primary }) => primary).length > 1) return [];
  const size = primarySize.value;
  if (size > expectedSize) {
    const text = `The cluster has ${plural(size, "member")}, the inventory expects ${expectedSize}`;
    const next = "add the member or arbitrator to the inventory";
    return [clusterFinding(facts, { id: "galera.size", severity: "warning", text, next })];
  }
  // When a member is known to be down or cut off that finding says it; here something else is gone.
  const explained = members.filter(
    ({ presence, view }) =>
      (presence.state === "known" && presence.value !== "answers") || (view.state === "known" && !view.value.primary),
  ).length;
  if (size + explained >= expectedSize) return [];
  const unseen = members.filter(({ view }) => view.state === "unknown").map(({ host }) => host);
  const who = unseen.length > 0 ? unseen.join(", ") : facts.arbitrators > 0 ? "an arbitrator" : "a member";
  const text = `${size} of ${expectedSize} members in the cluster: ${who} is gone for the others`;
  const next = unseen.length > 0 ? `see why ${who} is silent; touch no other member` : `find ${who} and start it again`;
  const explainedBy = unseen.flatMap((host) => onHost(host, "host.unreachable", "galera.member_unknown"));
  return [
    clusterFinding(facts, {
      id: "galera.size",
      severity: "critical",
      text,
      next,
      ...(unseen.length === 0 ? {} : { explainedBy: [...explainedBy, ...anywhere("host.none_reachable")] }),
    }),
  ];
};

const assessVersions = (facts: GaleraFacts): readonly GaleraFinding[] => {
  const versions = Map.groupBy(
    facts.members.flatMap(({ host, view }) => (view.state === "known" ? [{ host, version: view.value.version }] : [])),
    ({ version }) => version,
  );
  if (versions.size < 2) return [];
  const list = [...versions].map(([version, members]) => `${version} on ${members.map(({ host }) => host).join(" ")}`);
  const text = `Versions are mixed: ${list.join(", ")}`;
  return [clusterFinding(facts, { id: "galera.versions", severity: "info", text, next: "finish the upgrade" })];
};

const clusterFinding = (facts: GaleraFacts, said: Said): GaleraFinding => ({
  ...said,
  subject: "cluster",
  evidence: facts.members.map(({ host }) => probeKey(viewCommand.id, host)),
});
