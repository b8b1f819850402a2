import { noneCell, toned } from "../cells.ts";
import { count, duration, percent, rate } from "../format.ts";
import { worstOf, type Finding, type Severity } from "../finding.ts";
import { cell, type Cell, type Column, type Pane, type Row, type Word } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { paneSeverity, rowSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { auditTable } from "./audit-table.ts";
import { figure, viewCell } from "./member-cell.ts";
import { viewsTable } from "./views-table.ts";
import { grastateCommand, settingsCommand, unitCommand, viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import { windowWords } from "./gcache.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";
import { summaryOf } from "./summary.ts";

export const galeraPane = (facts: GaleraFacts, findings: readonly Finding[], context: Context): Pane => {
  const rows = facts.members.map((member) => rowOf(member, facts, findings, context));
  return {
    severity: paneSeverity(findings, rows),
    summary: summaryOf(facts, findings, context),
    tables: [{ id: "members", columns: COLUMNS, rows, empty: "no members in the inventory" }],
    more: [viewsTable(facts, context), auditTable(facts.audit)],
    words: WORDS,
  };
};

const WORDS: readonly Word[] = [
  {
    word: "IST 8h14m",
    means:
      "how long a database member may be away now and still catch up by the changes it missed (incremental state transfer, from the others' gcache); after that it takes a full copy (SST)",
  },
];

// What changes fast stands at the right.
const COLUMNS: readonly Column[] = [
  { id: "member", title: "member", align: "left", priority: 1, maxWidth: 16 },
  { id: "state", title: "state", align: "left", priority: 1, grow: true },
  { id: "component", title: "component", align: "left", priority: 2, maxWidth: 12 },
  { id: "size", title: "size", align: "right", priority: 1 },
  { id: "conf", title: "conf", align: "right", priority: 5 },
  { id: "cluster", title: "cluster", align: "left", priority: 7, maxWidth: 8 },
  { id: "ready", title: "ready", align: "left", priority: 6 },
  { id: "connected", title: "conn", align: "left", priority: 6 },
  { id: "version", title: "version", align: "left", priority: 5, maxWidth: 14 },
  { id: "gcache", title: "gcache", align: "right", priority: 2 },
  { id: "committed", title: "committed", align: "right", priority: 6 },
  { id: "lag", title: "lag", align: "right", priority: 3 },
  { id: "send", title: "send", align: "right", priority: 5 },
  { id: "recv", title: "recv", align: "right", priority: 2 },
  { id: "paused", title: "flow", align: "right", priority: 1 },
  { id: "cert", title: "cert/s", align: "right", priority: 4 },
  { id: "aborts", title: "bfa/s", align: "right", priority: 4 },
  { id: "writes", title: "writes/s", align: "right", priority: 2 },
];

const rowOf = (member: Member, facts: GaleraFacts, findings: readonly Finding[], context: Context): Row => {
  const { host, presence } = member;
  const { thresholds } = context.cluster;
  const agreed = facts.groups[0];
  const differs = (
    pick: (value: Pick<MemberView, "size" | "confId" | "clusterUuid">) => unknown,
    value: MemberView,
  ): boolean => agreed !== undefined && pick(value) !== pick(agreed);
  const said = (show: (value: MemberView) => Cell | string | number): Cell => viewCell(member, show);
  return {
    id: host,
    severity: rowSeverity(findings, host, presence),
    host,
    cells: {
      member: cell(host),
      state: stateCell(member, context.nowMs),
      component: said((value) => toned(value.clusterStatus, !value.primary, "critical")),
      size: said((value) =>
        toned(value.size, value.size !== facts.expectedSize || differs((v) => v.size, value), "warning"),
      ),
      conf: said((value) =>
        toned(
          value.confId ?? "-",
          differs((v) => v.confId, value),
          "warning",
        ),
      ),
      cluster: said((value) =>
        toned(
          value.clusterUuid.slice(0, 8),
          differs((v) => v.clusterUuid, value),
          "critical",
        ),
      ),
      ready: said((value) => onOff(value.ready)),
      connected: said((value) => onOff(value.connected)),
      version: said((value) => value.version.split("-")[0] ?? ""),
      gcache: figure(member, member.gcache, ({ windowMs }) =>
        windowMs === undefined
          ? cell("idle", "dim")
          : toned(windowWords(windowMs), windowMs < thresholds.gcacheWindowWarningMs, "warning"),
      ),
      committed: said((value) => (value.lastCommitted === undefined ? noneCell : count(value.lastCommitted))),
      lag: figure(member, member.lagWriteSets, count),
      send: said((value) => count(value.sendQueue)),
      recv: said((value) => count(value.recvQueue)),
      paused: figure(member, member.flowControlPaused, (share) =>
        toned(percent(share), share > thresholds.flowControlPausedWarning, "warning"),
      ),
      cert: figure(member, member.certFailuresPerSecond, rate),
      aborts: figure(member, member.bfAbortsPerSecond, rate),
      writes: figure(member, member.writesPerSecond, rate),
    },
    evidence: [viewCommand, unitCommand, settingsCommand, grastateCommand].map(({ id }) => probeKey(id, host)),
  };
};

const onOff = (on: boolean): Cell => (on ? cell("yes") : cell("no", "critical"));

const stateCell = ({ presence, view, unit }: Member, nowMs: number): Cell => {
  if (presence.state === "unknown")
    return presence.reason === "pending" ? cell("…", "dim") : cell(`? ${presence.reason}`, "unknown");
  if (view.state === "known") return viewState(view.value);
  const since =
    unit.state === "known" && unit.value.sinceMs !== undefined ? ` ${duration(nowMs - unit.value.sinceMs)}` : "";
  const tones: Partial<Record<typeof presence.value, Severity>> = {
    starting: "warning",
    stopping: "warning",
    running: "unknown",
  };
  const word = presence.value === "running" ? `? ${view.reason}` : presence.value;
  return cell(
    `${word}${presence.value === "silent" || presence.value === "running" ? "" : since}`,
    tones[presence.value] ?? "critical",
  );
};

/** `Synced`, `Donor/Desynced read-only`, `Joined IST 52%`. */
const viewState = (view: MemberView): Cell => {
  if (!view.wsrepOn) return cell("wsrep off", "critical");
  const notes = [
    view.ist === undefined ? "" : ` IST ${percent(view.ist.share)}`,
    view.desync ? " desync" : "",
    view.maintMode === undefined || view.maintMode === "DISABLED" ? "" : ` ${view.maintMode.toLowerCase()}`,
    view.readOnly ? " read-only" : "",
    view.rejectsQueries ? " rejects" : "",
  ].join("");
  const severity: Severity =
    view.state === 4 ? (view.ready ? "ok" : "critical") : view.state === 2 || view.state === 3 ? "warning" : "critical";
  const tone = worstOf([severity, notes === "" ? "ok" : "warning"]);
  return cell(`${view.stateComment}${notes}`, tone === "ok" ? "plain" : tone);
};
