import { count, duration, percent } from "../format.ts";
import { anywhere, onHost } from "../explain.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { unitCommand, viewCommand } from "./commands.ts";
import type { CatchUp, Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";
import type { GaleraFinding } from "./rules.ts";

/** What is said of one member; the rest of the finding is the same for all. */
export type Said = Pick<GaleraFinding, "id" | "severity" | "text" | "explainedBy"> & { readonly next: string };

export const memberFinding = (host: string, said: Said): GaleraFinding => ({
  ...said,
  subject: host,
  host,
  evidence: [viewCommand.id, unitCommand.id].map((id) => probeKey(id, host)),
});

/** What one member's own view says is wrong with it: the gravest state first and alone, then what may stand beside it. */
export const assessView = ({ host, view, backlog, catchUp }: Member, context: Context): readonly GaleraFinding[] => {
  if (view.state === "unknown") return [];
  const { galera, thresholds } = context.cluster;
  const rules = [
    ...stateRules(host, view.value, galera?.service ?? "mariadb", catchUp, thresholds.catchUpWarningMs),
    ...settingRules(host, view.value),
  ];
  if (view.value.state === 4 && backlog.state === "known" && backlog.value.least >= thresholds.receiveQueueWarning) {
    const going = backlog.value.growing
      ? "and more by the second"
      : `no fewer than ${count(backlog.value.least)} for ${duration(backlog.value.overMs)}`;
    rules.push({
      id: "galera.receive_queue",
      severity: "warning",
      text: `${host} falls behind: ${count(view.value.recvQueue)} write-sets wait to be applied, ${going}`,
      next: `see its disks and load: ssh ${host} top`,
      explainedBy: [...onHost(host, "host.disk_full", "host.load", "host.memory"), ...anywhere("galera.flow_control")],
    });
  }
  return rules.map((rule) => memberFinding(host, rule));
};

export const logOf = (host: string, service: string): string => `ssh ${host} sudo journalctl -u ${service} -n 50`;

const stateRules = (
  host: string,
  view: MemberView,
  service: string,
  catchUp: CatchUp | undefined,
  longMs: number,
): Said[] => {
  if (!view.wsrepOn) {
    return [
      {
        id: "galera.wsrep_off",
        severity: "critical",
        text: `${host} runs without Galera: writes there reach no other member`,
        next: `take ${host} from the load balancers, then restart it with wsrep_on=ON`,
      },
    ];
  }
  // Not in the Primary component is judged over all members, in assess.ts.
  if (!view.primary) return [];
  if (!view.connected) {
    return [
      {
        id: "galera.disconnected",
        severity: "critical",
        text: `${host} is not connected to the cluster`,
        next: logOf(host, service),
      },
    ];
  }
  if (view.state !== 4) return [notSynced(host, view, service, catchUp, longMs)];
  if (view.ready) return [];
  return [
    {
      id: "galera.not_ready",
      severity: "critical",
      text: `${host} is Synced but not ready: it refuses queries`,
      next: logOf(host, service),
    },
  ];
};

/** A member that catches up for longer than `longMs` without getting nearer is not waited for but looked at. */
const notSynced = (
  host: string,
  view: MemberView,
  service: string,
  catchUp: CatchUp | undefined,
  longMs: number,
): Said => {
  const { state, stateComment, ist, recvQueue } = view;
  const progress = ist === undefined ? "" : `, IST ${percent(ist.share)}`;
  const queue = recvQueue > 0 ? `, ${count(recvQueue)} write-sets waiting` : "";
  const { forMs = 0, leftMs } = catchUp ?? {};
  const lasting = forMs < 10_000 ? "" : `, for ${duration(forMs)}`;
  const done = leftMs === undefined ? "" : `, done in about ${duration(leftMs)}`;
  const isStuck = forMs >= longMs && leftMs === undefined;
  switch (state) {
    case 2:
      return {
        id: "galera.not_synced",
        severity: "warning",
        text: view.desync
          ? `${host} is ${stateComment}: wsrep_desync is ON${queue}${lasting}`
          : `${host} is ${stateComment}: it sends a state transfer or a backup runs${queue}${lasting}`,
        next: view.desync
          ? `on ${host}, when nothing needs it: SET GLOBAL wsrep_desync=OFF`
          : "let it end before another member is touched",
      };
    case 3:
      return {
        id: "galera.not_synced",
        severity: "warning",
        text: `${host} has joined and ${isStuck ? "does not get on" : "catches up"}${lasting}${queue}${progress}${done}`,
        next: isStuck ? `see what holds it up: ssh ${host} top; ${logOf(host, service)}` : "wait until it is Synced",
      };
    default:
      return {
        id: "galera.not_synced",
        severity: "critical",
        text: `${host} is ${stateComment}, not Synced${lasting}${queue}${progress}${done}`,
        next: "wait until it is Synced; touch no other member meanwhile",
      };
  }
};

const settingRules = (host: string, view: MemberView): Said[] => {
  const rules: Said[] = [];
  if (view.desync && view.state === 4) {
    const text = `${host} has wsrep_desync ON: left out of flow control, it may fall behind unseen`;
    rules.push({ id: "galera.desync", severity: "warning", text, next: `on ${host}: SET GLOBAL wsrep_desync=OFF` });
  }
  if (view.maintMode !== undefined && view.maintMode !== "DISABLED") {
    const text = `${host} has pxc_maint_mode ${view.maintMode}`;
    rules.push({
      id: "galera.maint_mode",
      severity: "warning",
      text,
      next: `on ${host}: SET GLOBAL pxc_maint_mode=DISABLED`,
    });
  }
  if (view.readOnly)
    rules.push({
      id: "galera.read_only",
      severity: "warning",
      text: `${host} is read only: writes to it fail`,
      next: `on ${host}, when nobody wants it so: SET GLOBAL read_only=OFF`,
    });
  if (view.rejectsQueries) {
    const text = `${host} rejects queries: wsrep_reject_queries is set`;
    rules.push({
      id: "galera.rejects_queries",
      severity: "warning",
      text,
      next: `on ${host}: SET GLOBAL wsrep_reject_queries=NONE`,
    });
  }
  return rules;
};
