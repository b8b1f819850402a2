import type { Severity } from "../finding.ts";
import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { unitCommand, viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";
import type { Presence } from "./presence.ts";

/** What every member says of itself, and what those that answer say of the cluster. */
export const galeraStates = (facts: GaleraFacts): readonly StateLine[] => [
  ...facts.members.flatMap((member) => memberLine(member)),
  ...clusterLine(facts),
];

const ABSENT = [
  "member_down",
  "member_silent",
  "member_cut_off",
  "member_starting",
  "member_stopping",
  "member_unknown",
];
const PRESENT = ["not_synced", "not_ready", "disconnected", "wsrep_off", "desync", "maint_mode", "read_only"];
const MEMBER_SAYS = [...ABSENT, ...PRESENT, "rejects_queries"].map((rule) => `galera.${rule}`);

const CLUSTER_SAYS = ["galera.cluster_down", "galera.non_primary", "galera.size", "galera.disagree", "galera.split"];

const memberLine = ({ host, presence, view }: Member): readonly StateLine[] => {
  const evidence = [viewCommand, unitCommand].map(({ id }) => probeKey(id, host));
  const about = { subject: host, host, evidence, says: MEMBER_SAYS };
  if (presence.state === "unknown")
    return presence.reason === "pending" ? [] : [{ ...about, ...unknownState(presence.reason) }];
  if (view.state === "known") return [{ ...about, ...viewState(view.value) }];
  if (presence.value === "running") return [{ ...about, ...unknownState(view.reason) }];
  return [{ ...about, state: presence.value, severity: SEVERITIES[presence.value] ?? "critical" }];
};

const SEVERITIES: Readonly<Partial<Record<Presence, Severity>>> = { starting: "warning", stopping: "warning" };

const viewState = (view: MemberView): Pick<StateLine, "state" | "severity"> => {
  if (!view.wsrepOn) return { state: "wsrep off", severity: "critical" };
  if (!view.primary) return { state: view.clusterStatus, severity: "critical" };
  const notes = [
    ...(view.ready ? [] : ["not ready"]),
    // The state says Donor/Desynced itself while it gives.
    ...(view.desync && view.state === 4 ? ["desync"] : []),
    ...(view.maintMode === undefined || view.maintMode === "DISABLED" ? [] : [view.maintMode.toLowerCase()]),
    ...(view.readOnly ? ["read-only"] : []),
    ...(view.rejectsQueries ? ["rejects queries"] : []),
  ];
  const state = [view.stateComment, ...notes].join(", ");
  if (!view.ready) return { state, severity: "critical" };
  return { state, severity: view.state === 4 && notes.length === 0 ? "ok" : "warning" };
};

const clusterLine = ({ groups, members, expectedSize, primarySize }: GaleraFacts): readonly StateLine[] => {
  // Members are asked a moment apart: in between a change looks like a disagreement.
  const about = {
    subject: "cluster",
    patient: true,
    evidence: members.map(({ host }) => probeKey(viewCommand.id, host)),
    says: CLUSTER_SAYS,
  } as const;
  const primary = groups.filter((group) => group.primary);
  if (primary.length > 1 && new Set(primary.map(({ clusterUuid, confId }) => `${clusterUuid} ${confId}`)).size > 1)
    return [{ ...about, state: `${primary.length} Primary views`, severity: "critical" }];
  if (primarySize.state === "known")
    return [
      {
        ...about,
        state: `${primarySize.value}/${expectedSize} Primary`,
        severity: primarySize.value < expectedSize ? "warning" : "ok",
      },
    ];
  if (groups.length > 0) return [{ ...about, state: "no Primary component", severity: "critical" }];
  if (primarySize.reason === "pending") return [];
  return [{ ...about, ...unknownState(primarySize.reason) }];
};
