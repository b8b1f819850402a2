import type { Thresholds } from "../../inventory/cluster.ts";
import { noneCell, readingCell, toned } from "../cells.ts";
import { compareSeverity, worstOf, type Finding } from "../finding.ts";
import { count, duration, latency, percent } from "../format.ts";
import { cell, type Cell, type Column, type Pane, type Row } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { paneSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { aptUpgrades, clock, disks, failedUnits, marks, vitals } from "./commands.ts";
import { fullest, fullness } from "./disks-of.ts";
import type { HostFact, HostFacts } from "./facts-schema.ts";
import { disksTable } from "./pane-disks.ts";
import { hostSummary } from "./pane-summary.ts";
import { reasonInWords } from "../unknown-words.ts";

/** The hosts table of the console: every host of the inventory has its row, reachable or not. */
export const hostPane = (facts: HostFacts, findings: readonly Finding[], { cluster }: Context): Pane => {
  const rows = facts.hosts.map((fact) => rowOf(fact, findings, cluster.thresholds));
  return {
    severity: paneSeverity(findings, rows),
    summary: hostSummary(facts, cluster.thresholds),
    tables: [
      { id: "hosts", columns: COLUMNS, rows, empty: "no hosts in the inventory" },
      disksTable(facts, cluster.thresholds),
    ],
  };
};

const COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "state", title: "state", align: "left", priority: 1, grow: true },
  { id: "up", title: "up", align: "right", priority: 5 },
  { id: "reboot", title: "reboot", align: "left", priority: 5 },
  { id: "updates", title: "updates", align: "right", priority: 4 },
  { id: "security", title: "sec", align: "right", priority: 4 },
  { id: "failed", title: "failed", align: "right", priority: 3 },
  { id: "disk", title: "disk", align: "right", priority: 1 },
  { id: "mem", title: "mem", align: "right", priority: 2 },
  { id: "swap", title: "swap", align: "right", priority: 6 },
  { id: "load", title: "load/core", align: "right", priority: 1 },
  { id: "clock", title: "clock", align: "right", priority: 3 },
  { id: "rtt", title: "rtt", align: "right", priority: 2 },
];

const rowOf = (fact: HostFact, findings: readonly Finding[], thresholds: Thresholds): Row => {
  const { host } = fact;
  const own = findings.filter((finding) => finding.host === host);
  const known = fact.connection.state === "known" && fact.load.state === "known";
  const severity = worstOf([...own.map((finding) => finding.severity), known ? "ok" : "unknown"]);
  return {
    id: host,
    severity,
    host,
    cells: {
      host: cell(host),
      state: stateCell(fact, own),
      load: readingCell(fact.load, ({ perCore, perCoreSteady }) =>
        toned(perCore.toFixed(1), perCoreSteady >= thresholds.loadPerCoreWarning, "warning"),
      ),
      mem: readingCell(fact.memory, ({ usedShare }) =>
        toned(percent(usedShare), usedShare >= thresholds.memoryWarning, "warning"),
      ),
      swap: readingCell(fact.memory, ({ swapTotalBytes, swapUsedBytes }) =>
        swapTotalBytes === 0 ? noneCell : percent(swapUsedBytes / swapTotalBytes),
      ),
      disk: diskCell(fact, thresholds),
      failed: readingCell(fact.failedUnits, ({ length }) => toned(count(length), length > 0, "warning")),
      updates: readingCell(fact.packages, ({ upgradable }) => count(upgradable)),
      security: readingCell(fact.packages, ({ security }) => toned(count(security), security > 0, "info")),
      reboot: readingCell(fact.reboot, ({ required }) => (required ? cell("needed", "info") : noneCell)),
      up: readingCell(fact.uptimeMs, duration),
      clock: readingCell(fact.clock, (value) => clockCell(value, thresholds)),
      rtt: readingCell(fact.roundTripMs, latency),
    },
    evidence: [vitals, disks, failedUnits, clock, aptUpgrades, marks].map(({ id }) => probeKey(id, host)),
  };
};

/** `up`, or what is worst about the host, its name left out because it stands beside. */
const stateCell = ({ host, connection, load }: HostFact, own: readonly Finding[]): Cell => {
  if (connection.state === "unknown") {
    if (connection.reason === "pending") return cell("connecting", "dim");
    return cell(`no answer: ${reasonInWords(connection.reason)}`, "unknown");
  }
  if (load.state === "unknown" && load.reason !== "pending") return cell(`not known: ${load.detail}`, "unknown");
  const worst = own
    .filter(({ severity }) => severity !== "info")
    .reduce<Finding | undefined>(
      (a, b) => (a !== undefined && compareSeverity(a.severity, b.severity) >= 0 ? a : b),
      undefined,
    );
  return worst === undefined ? cell("up") : cell(withoutHost(worst.text, host), worst.severity);
};

const withoutHost = (text: string, host: string): string => {
  const prefix = [`${host}: `, `${host}'s `, `${host} `].find((each) => text.startsWith(each));
  return prefix === undefined ? text : text.slice(prefix.length);
};

const diskCell = (fact: HostFact, { diskWarning, diskCritical }: Thresholds): Cell => {
  const worst = fullest(fact);
  if (worst === undefined) return readingCell(fact.disks, () => noneCell);
  const share = fullness(worst);
  return toned(percent(share), share >= diskWarning, share >= diskCritical ? "critical" : "warning");
};

/** `+1.2 s`, or `±1 ms` when the round trip hides more than there is. */
const clockCell = (value: { readonly offsetMs: number; readonly errorMs: number }, thresholds: Thresholds): Cell => {
  const { offsetMs, errorMs } = value;
  const size = Math.abs(offsetMs);
  if (size <= errorMs) return cell(`±${latency(errorMs)}`, "dim");
  return toned(
    `${offsetMs > 0 ? "+" : "-"}${latency(size)}`,
    size - errorMs > thresholds.clockOffsetWarningMs,
    "warning",
  );
};
