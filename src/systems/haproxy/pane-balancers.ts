import { noneCell, readingCell } from "../cells.ts";
import type { Finding } from "../finding.ts";
import { count, duration, percent, rate } from "../format.ts";
import { cell, type Cell, type Column, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import type { Reading } from "../reading.ts";
import { rowSeverity } from "../severity.ts";
import { showInfo, showStat } from "./commands.ts";
import type { HaproxyFacts, LoadBalancerFact, SideFact } from "./facts-schema.ts";

export const balancersTable = ({ loadBalancers }: HaproxyFacts, findings: readonly Finding[]): Table => ({
  id: "load-balancers",
  title: "load balancers",
  columns: BALANCER_COLUMNS,
  rows: loadBalancers.map((fact) => balancerRow(fact, findings)),
  empty: "no load balancer in the inventory",
});

const BALANCER_COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "state", title: "state", align: "left", priority: 1, grow: true },
  { id: "version", title: "version", align: "left", priority: 3, maxWidth: 20 },
  { id: "reload", title: "reload", align: "left", priority: 4 },
  { id: "up", title: "up", align: "right", priority: 2 },
  { id: "idle", title: "idle", align: "right", priority: 3 },
  { id: "limit", title: "limit", align: "right", priority: 3 },
  { id: "conns", title: "conns", align: "right", priority: 1 },
  { id: "rate", title: "conn/s", align: "right", priority: 2 },
];

type Process = Extract<LoadBalancerFact["process"], { state: "known" }>["value"];

const balancerRow = (fact: LoadBalancerFact, findings: readonly Finding[]): Row => {
  const { host, asked, answers, process, reloadKeepsStates } = fact;
  // The statistics page says nothing of the process: nothing that one would wait for.
  const ofProcess = (show: (value: Process) => Cell | string): Cell =>
    asked === "stats" ? noneCell : readingCell(process, show);
  const orNone = (value: number | undefined, show: (value: number) => string): Cell =>
    value === undefined ? noneCell : cell(show(value));
  return {
    id: host,
    severity: rowSeverity(findings, host, answers),
    host,
    cells: {
      host: cell(host),
      state: answers.state === "known" ? cell("answers") : readingOr(answers),
      version: ofProcess(({ version }) => version),
      reload: readingCell(reloadKeepsStates, (keeps) => (keeps ? "can keep states" : cell("forgets", "info"))),
      up: ofProcess(({ uptimeMs }) => duration(uptimeMs)),
      idle: ofProcess(({ idleShare }) => orNone(idleShare, percent)),
      limit: ofProcess(({ connectionLimit }) => orNone(connectionLimit, count)),
      conns: ofProcess(({ connections }) => count(connections)),
      rate: ofProcess(({ connectionsPerSecond }) => count(connectionsPerSecond)),
    },
    evidence: [showInfo, showStat].map(({ id }) => probeKey(id, host)),
  };
};

const readingOr = (answers: Extract<LoadBalancerFact["answers"], { state: "unknown" }>): Cell =>
  answers.reason === "pending" ? cell("asking", "dim") : cell(answers.detail, "unknown");

/** Frontends and backends as they are, for the zoomed pane. */
export const proxiesTable = ({ proxies, loadBalancers }: HaproxyFacts): Table => ({
  id: "proxies",
  title: "proxies",
  columns: PROXY_COLUMNS,
  rows: proxies.flatMap(({ proxy, sides }) => sides.map((side) => proxyRow(proxy, side, loadBalancers.length > 1))),
  empty: "no proxy is known yet",
});

const PROXY_COLUMNS: readonly Column[] = [
  { id: "proxy", title: "proxy", align: "left", priority: 1, grow: true },
  { id: "side", title: "side", align: "left", priority: 1 },
  { id: "lb", title: "on", align: "left", priority: 3, maxWidth: 16 },
  { id: "status", title: "status", align: "left", priority: 1 },
  { id: "limit", title: "limit", align: "right", priority: 3 },
  { id: "queue", title: "queue", align: "right", priority: 2 },
  { id: "errors", title: "err/s", align: "right", priority: 3 },
  { id: "fives", title: "5xx/s", align: "right", priority: 3 },
  { id: "responses", title: "resp/s", align: "right", priority: 4 },
  { id: "sessions", title: "sess", align: "right", priority: 1 },
  { id: "rate", title: "sess/s", align: "right", priority: 2 },
];

const optional = (reading: Reading<number> | undefined): Cell =>
  reading === undefined ? noneCell : readingCell(reading, rate);

const proxyRow = (proxy: string, fact: SideFact, several: boolean): Row => ({
  id: `${fact.loadBalancer} ${proxy} ${fact.side}`,
  severity: fact.status === "DOWN" ? "critical" : "ok",
  host: fact.loadBalancer,
  cells: {
    proxy: cell(proxy),
    side: cell(fact.side, "dim"),
    lb: cell(several ? fact.loadBalancer : ""),
    status: cell(fact.status, fact.status === "DOWN" ? "critical" : "plain"),
    limit: fact.sessionLimit === undefined ? noneCell : cell(count(fact.sessionLimit)),
    queue: cell(count(fact.queue), fact.queue > 0 ? "warning" : "plain"),
    errors: readingCell(fact.errorsPerSecond, rate),
    fives: optional(fact.responses5xxPerSecond),
    responses: optional(fact.responsesPerSecond),
    sessions: cell(count(fact.sessions)),
    rate: cell(count(fact.sessionsPerSecond)),
  },
  evidence: [probeKey(showStat.id, fact.loadBalancer)],
});
