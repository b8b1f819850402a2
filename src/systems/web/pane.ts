import type { Thresholds } from "../../inventory/cluster.ts";
import { noneCell, readingCell, toned } from "../cells.ts";
import type { Finding } from "../finding.ts";
import { duration, latency } from "../format.ts";
import { cell, span, type Cell, type Column, type Pane, type Row, type Span, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { paneSeverity, rowSeverity } from "../severity.ts";
import { joined } from "../spans.ts";
import type { Context } from "../system.ts";
import { configTest, health, moduleFiles, serverStatus, units } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";
import { isRunning } from "./running.ts";

export const webPane = (facts: WebFacts, findings: readonly Finding[], { cluster, nowMs }: Context): Pane => {
  const rows = facts.origins.map((origin) => rowOf(origin, findings, cluster.thresholds, nowMs));
  return {
    severity: paneSeverity(findings, rows),
    summary: summary(facts),
    tables: [{ id: "origins", columns: COLUMNS, rows, empty: "no origin in the inventory" }, phpTable(facts, findings)],
  };
};

const COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "unit", title: "unit", align: "left", priority: 1, maxWidth: 20 },
  { id: "page", title: "health", align: "left", priority: 1, grow: true },
  { id: "php", title: "php", align: "left", priority: 1, maxWidth: 16 },
  { id: "config", title: "config", align: "left", priority: 2 },
  { id: "mpm", title: "mpm", align: "left", priority: 4 },
  { id: "since", title: "since", align: "right", priority: 5 },
  { id: "workers", title: "busy", align: "right", priority: 3 },
  { id: "took", title: "took", align: "right", priority: 1 },
];

const rowOf = (origin: OriginFact, findings: readonly Finding[], thresholds: Thresholds, nowMs: number): Row => {
  const { host, unit, config, php, page, workers, health: answer } = origin;
  return {
    id: host,
    severity: rowSeverity(findings, host, unit, page),
    host,
    cells: {
      host: cell(host),
      unit: readingCell(unit, (value) =>
        isRunning(value) ? value.sub : cell(value.loaded ? value.active : "not installed", "warning"),
      ),
      since: readingCell(unit, ({ sinceMs }) => (sinceMs === undefined ? noneCell : duration(nowMs - sinceMs))),
      config: readingCell(config, ({ passes }) => (passes ? "ok" : cell("fails", "warning"))),
      mpm: readingCell(config, ({ mpm }) => (mpm === undefined ? noneCell : mpm)),
      php: readingCell(php, ({ how, version, lost }) => {
        if (lost.length > 0) return cell(`${lost.join(", ")} lost`, how === "none" ? "critical" : "warning");
        return how === "none"
          ? cell("not seen", "dim")
          : cell([version, how].filter((word) => word !== undefined).join(" "));
      }),
      workers: workers === undefined ? noneCell : readingCell(workers, ({ busy, limit }) => `${busy}/${limit}`),
      page: readingCell(page, ({ ok, words }) =>
        ok ? words : cell(words, words === "PHP as source" ? "critical" : "warning"),
      ),
      took: tookCell(answer, thresholds),
    },
    evidence: [health, units, configTest, moduleFiles, ...(workers === undefined ? [] : [serverStatus])].map(({ id }) =>
      probeKey(id, host),
    ),
  };
};

const tookCell = (answer: OriginFact["health"], { healthSlowWarningMs }: Thresholds): Cell =>
  readingCell(answer, ({ tookMs }) => toned(latency(tookMs), tookMs >= healthSlowWarningMs, "warning"));

/** What stands behind PHP: one row for each origin. */
const phpTable = ({ origins }: WebFacts, findings: readonly Finding[]): Table => ({
  id: "php",
  title: "php",
  columns: [
    { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
    { id: "installed", title: "installed", align: "left", priority: 1 },
    { id: "enabled", title: "enabled", align: "left", priority: 1 },
    { id: "loaded", title: "loads", align: "left", priority: 2 },
    { id: "fpm", title: "fpm", align: "left", priority: 3, maxWidth: 30 },
    { id: "dangling", title: "links that lead nowhere", align: "left", priority: 2, grow: true },
  ],
  rows: origins.map(({ host, php, config, fpm }) => ({
    id: `php ${host}`,
    severity: rowSeverity(
      findings.filter(({ id }) => id.startsWith("web.php")),
      host,
      php,
      config,
      ...fpm.map(({ state }) => state),
    ),
    host,
    cells: {
      host: cell(host),
      installed: readingCell(php, ({ installed }) => words(installed)),
      enabled: readingCell(php, ({ enabled, lost }) =>
        lost.length === 0 ? words(enabled) : cell(enabled.join(", "), "warning"),
      ),
      loaded: readingCell(config, ({ phpModule }) => (phpModule === undefined ? noneCell : phpModule ? "yes" : "no")),
      fpm: cell(fpm.map(fpmWords).join(", "), fpm.some(isShort) ? "warning" : "plain"),
      dangling: readingCell(php, ({ dangling }) =>
        dangling.length === 0 ? noneCell : cell(dangling.map(({ name }) => name).join(", "), "warning"),
      ),
    },
    evidence: [moduleFiles, configTest, units].map(({ id }) => probeKey(id, host)),
  })),
});

type Fpm = OriginFact["fpm"][number];

/** `php8.2-fpm.service active 3/5, 4 wait`: at work, of how many there may be, and who waits before a pool. */
const fpmWords = ({ unit, state, load, queues }: Fpm): string => {
  const busy = load.state === "known" ? ` ${load.value.active}/${load.value.limit ?? "?"}` : "";
  return `${unit} ${state.state === "known" ? state.value.active : "?"}${busy}${waitingIn(queues) > 0 ? `, ${waitingIn(queues)} wait` : ""}`;
};

const waitingIn = (queues: Fpm["queues"]): number =>
  queues.state === "known" ? queues.value.reduce((sum, { waiting }) => sum + waiting, 0) : 0;

const isShort = ({ state, load, queues }: Fpm): boolean =>
  waitingIn(queues) > 0 ||
  (state.state === "known" && !isRunning(state.value)) ||
  (load.state === "known" && load.value.idle === 0 && load.value.active >= (load.value.limit ?? Infinity));

const words = (versions: readonly string[]): Cell => (versions.length === 0 ? noneCell : cell(versions.join(", ")));

/** `php 8.2 on 3/3 · health 3/3, slowest 38 ms`, what is wrong first. */
const summary = ({ origins, service }: WebFacts): readonly Span[] => {
  const total = origins.length;
  const down = origins.filter(({ unit }) => unit.state === "known" && !isRunning(unit.value));
  const fine = origins.filter(({ page }) => page.state === "known" && page.value.ok);
  const unseen = origins.filter(({ page }) => page.state === "unknown" && page.reason !== "pending");
  const bad = total - fine.length - origins.filter(({ page }) => page.state === "unknown").length;
  const times = origins.flatMap(({ health: answer }) => (answer.state === "known" ? [answer.value.tookMs] : []));
  return joined([
    ...down.map(({ host, unit }) => [
      span(`${host} ${service} ${unit.state === "known" ? unit.value.active : ""}`, "warning"),
    ]),
    ...origins.flatMap(({ host, page }) =>
      page.state === "known" && !page.value.ok && !down.some((each) => each.host === host)
        ? [[span(`${host} ${page.value.words}`, page.value.words === "PHP as source" ? "critical" : "warning")]]
        : [],
    ),
    ...unseen.map(({ host }) => [span(`${host} not seen`, "unknown")]),
    phpSpans(origins),
    [
      span(`health ${fine.length}/${total}`, bad > 0 ? (fine.length === 0 ? "critical" : "warning") : "plain"),
      ...(times.length === 0 ? [] : [span(`, slowest ${latency(Math.max(...times))}`)]),
    ],
  ]);
};

const phpSpans = (origins: readonly OriginFact[]): readonly Span[] => {
  const known = origins.flatMap(({ php }) => (php.state === "known" ? [php.value] : []));
  const running = known.filter(({ how }) => how !== "none");
  if (known.length === 0 || (running.length === 0 && known.every(({ installed }) => installed.length === 0))) return [];
  const versions = [...new Set(running.flatMap(({ version }) => version ?? []))].toSorted().join(" and ");
  const tone = running.length < known.length ? "warning" : "plain";
  return [span(`php ${versions === "" ? "" : `${versions} `}on ${running.length}/${origins.length}`, tone)];
};
