import { plural } from "../format.ts";
import type { Finding } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { assessAbsent } from "./assess-absent.ts";
import { assessView, memberFinding } from "./assess-member.ts";
import { viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";

export const assessGalera = (facts: GaleraFacts, context: Context): readonly Finding[] => [
  ...assessAbsent(facts, context),
  ...assessComponent(facts),
  ...assessSize(facts),
  ...facts.members.flatMap((member) => assessView(member, context)),
  ...assessVersions(facts),
];

/** Which members are in a Primary component, and whether those agree. */
const assessComponent = (facts: GaleraFacts): readonly Finding[] => {
  const primary = facts.groups.filter((group) => group.primary);
  const outside = facts.groups.filter((group) => !group.primary).flatMap((group) => group.hosts);
  if (primary.length === 0 && outside.length > 0) {
    const text = `No member is in a Primary component: ${plural(outside.length, "member")} (${outside.join(", ")}) refuse all queries`;
    const next = "bring the missing members back; pc.bootstrap only when they are gone for good";
    return [clusterFinding(facts, "non_primary", "critical", text, next)];
  }
  const cutOff = outside.map((host) =>
    memberFinding(host, {
      rule: "non_primary",
      severity: "critical",
      text: `${host} is cut off: by its own view it is in no Primary component and refuses queries, the others go on without it`,
      next: `look at the network between ${host} and the other members (port 4567)`,
    }),
  );
  if (primary.length < 2) return cutOff;
  const views = primary.map(
    ({ hosts, size, confId }) => `${hosts.join(" ")} sees ${size}, membership ${confId ?? "?"}`,
  );
  const split = new Set(primary.map(({ clusterUuid }) => clusterUuid)).size > 1;
  const text = split
    ? `Two databases under one name: members belong to different clusters (${views.join("; ")})`
    : `Members disagree on who is in the cluster: ${views.join("; ")}`;
  return [...cutOff, clusterFinding(facts, split ? "split" : "disagree", "critical", text)];
};

const assessSize = (facts: GaleraFacts): readonly Finding[] => {
  const { primarySize, expectedSize, members, groups } = facts;
  if (primarySize.state === "unknown" || primarySize.value === expectedSize) return [];
  // Members that disagree on the size are reported for that.
  if (groups.filter(({ primary }) => primary).length > 1) return [];
  const size = primarySize.value;
  if (size > expectedSize) {
    const text = `The cluster has ${plural(size, "member")}, the inventory expects ${expectedSize}`;
    return [clusterFinding(facts, "size", "warning", text, "add the member or arbitrator to the inventory")];
  }
  // When a member is known to be down or cut off that finding says it; here something else is gone.
  const explained = members.filter(
    ({ presence, view }) =>
      (presence.state === "known" && presence.value !== "answers") || (view.state === "known" && !view.value.primary),
  ).length;
  if (size + explained >= expectedSize) return [];
  const unseen = members.filter(({ view }) => view.state === "unknown").map(({ host }) => host);
  const who = unseen.length > 0 ? unseen.join(", ") : facts.arbitrators > 0 ? "an arbitrator" : "a member";
  return [
    clusterFinding(
      facts,
      "size",
      "critical",
      `${size} of ${expectedSize} members in the cluster: ${who} is gone for the others`,
    ),
  ];
};

const assessVersions = (facts: GaleraFacts): readonly Finding[] => {
  const versions = Map.groupBy(
    facts.members.flatMap(({ host, view }) => (view.state === "known" ? [{ host, version: view.value.version }] : [])),
    ({ version }) => version,
  );
  if (versions.size < 2) return [];
  const list = [...versions].map(([version, members]) => `${version} on ${members.map(({ host }) => host).join(" ")}`);
  return [clusterFinding(facts, "versions", "info", `Versions are mixed: ${list.join(", ")}`, "finish the upgrade")];
};

const clusterFinding = (
  facts: GaleraFacts,
  rule: string,
  severity: Finding["severity"],
  text: string,
  next?: string,
): Finding => ({
  id: `galera.${rule}`,
  severity,
  subject: "cluster",
  text,
  ...(next === undefined ? {} : { next }),
  evidence: facts.members.map(({ host }) => probeKey(viewCommand.id, host)),
});
