import { count, duration, percent } from "../format.ts";
import type { Finding } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { unitCommand, viewCommand } from "./commands.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";

interface Rule {
  readonly rule: string;
  readonly severity: Finding["severity"];
  readonly text: string;
  readonly next?: string | undefined;
}

export const memberFinding = (host: string, { rule, severity, text, next }: Rule): Finding => ({
  id: `galera.${rule}`,
  severity,
  subject: host,
  host,
  text,
  ...(next === undefined ? {} : { next }),
  evidence: [viewCommand.id, unitCommand.id].map((id) => probeKey(id, host)),
});

/** What one member's own view says is wrong with it: the gravest state first and alone, then what may stand beside it. */
export const assessView = ({ host, view, flowControlPaused, gcache }: Member, context: Context): readonly Finding[] => {
  if (view.state === "unknown") return [];
  const rules = [...stateRules(host, view.value), ...settingRules(host, view.value)];
  const { thresholds } = context.cluster;
  if (flowControlPaused.state === "known" && flowControlPaused.value > thresholds.flowControlPausedWarning) {
    const text = `${host} stands still ${percent(flowControlPaused.value)} of the time: a member that cannot keep up holds all back`;
    rules.push({
      rule: "flow_control",
      severity: "warning",
      text,
      next: "look for the member with the longest receive queue",
    });
  }
  if (gcache.state === "known" && (gcache.value.windowMs ?? Infinity) < thresholds.gcacheWindowWarningMs) {
    const text = `gcache on ${host} holds only ${duration(gcache.value.windowMs ?? 0)} of writes: away longer means a full copy (SST)`;
    rules.push({ rule: "gcache_window", severity: "warning", text, next: "raise gcache.size" });
  }
  return rules.map((rule) => memberFinding(host, rule));
};

const stateRules = (host: string, view: MemberView): Rule[] => {
  if (!view.wsrepOn) {
    return [
      {
        rule: "wsrep_off",
        severity: "critical",
        text: `${host} runs without Galera: writes there reach no other member`,
      },
    ];
  }
  // Not in the Primary component is judged over all members, in assess.ts.
  if (!view.primary) return [];
  if (!view.connected) {
    return [{ rule: "disconnected", severity: "critical", text: `${host} is not connected to the cluster` }];
  }
  if (view.state !== 4) return [notSynced(host, view)];
  if (view.ready) return [];
  return [{ rule: "not_ready", severity: "critical", text: `${host} is Synced but not ready: it refuses queries` }];
};

const notSynced = (host: string, view: MemberView): Rule => {
  const { state, stateComment, ist, recvQueue } = view;
  const progress = ist === undefined ? "" : `, IST ${percent(ist.share)}`;
  const queue = recvQueue > 0 ? `, ${count(recvQueue)} write-sets waiting` : "";
  switch (state) {
    case 2:
      return {
        rule: "not_synced",
        severity: "warning",
        text: view.desync
          ? `${host} is ${stateComment}: wsrep_desync is ON${queue}`
          : `${host} is ${stateComment}: it sends a state transfer or a backup runs${queue}`,
        ...(view.desync ? { next: `on ${host}, when nothing needs it: SET GLOBAL wsrep_desync=OFF` } : {}),
      };
    case 3:
      return { rule: "not_synced", severity: "warning", text: `${host} has joined and catches up${queue}${progress}` };
    default:
      return {
        rule: "not_synced",
        severity: "critical",
        text: `${host} is ${stateComment}, not Synced${queue}${progress}`,
      };
  }
};

const settingRules = (host: string, view: MemberView): Rule[] => {
  const rules: Rule[] = [];
  if (view.desync && view.state === 4) {
    const text = `${host} has wsrep_desync ON: left out of flow control, it may fall behind unseen`;
    rules.push({ rule: "desync", severity: "warning", text, next: `on ${host}: SET GLOBAL wsrep_desync=OFF` });
  }
  if (view.maintMode !== undefined && view.maintMode !== "DISABLED") {
    const text = `${host} has pxc_maint_mode ${view.maintMode}`;
    rules.push({
      rule: "maint_mode",
      severity: "warning",
      text,
      next: `on ${host}: SET GLOBAL pxc_maint_mode=DISABLED`,
    });
  }
  if (view.readOnly)
    rules.push({ rule: "read_only", severity: "warning", text: `${host} is read only: writes to it fail` });
  if (view.rejectsQueries) {
    const text = `${host} rejects queries: wsrep_reject_queries is set`;
    rules.push({
      rule: "rejects_queries",
      severity: "warning",
      text,
      next: `on ${host}: SET GLOBAL wsrep_reject_queries=NONE`,
    });
  }
  return rules;
};
