import type { Thresholds } from "../../inventory/cluster.ts";
import { noneCell, pendingCell, readingCell, toned } from "../cells.ts";
import { worstOf, type Finding, type Severity } from "../finding.ts";
import { count, duration, rate } from "../format.ts";
import { cell, unknownCell, type Cell, type Column, type Row, type Table, type Tone } from "../pane.ts";
import { probeKey } from "../probe.ts";
import type { Reading } from "../reading.ts";
import { showServersState, showStat } from "./commands.ts";
import type { HaproxyFacts, ServerFact, ServerView } from "./facts-schema.ts";
import { isWeightless, knownViews, worstView } from "./views.ts";

/** One row for each server, whatever the number of load balancers: their views are put together, and told apart where they differ. */
export const serversTable = (facts: HaproxyFacts, findings: readonly Finding[], thresholds: Thresholds): Table => ({
  id: "servers",
  columns: COLUMNS,
  rows: facts.proxies.flatMap(({ proxy, servers }) =>
    servers.map((server) => rowOf(proxy, server, writersOf(facts, proxy), findings, thresholds)),
  ),
  empty: "no server is known yet",
});

const COLUMNS: readonly Column[] = [
  { id: "server", title: "server", align: "left", priority: 1, maxWidth: 28 },
  { id: "host", title: "host", align: "left", priority: 6, maxWidth: 12 },
  { id: "state", title: "state", align: "left", priority: 1, maxWidth: 24 },
  { id: "use", title: "use", align: "left", priority: 2 },
  { id: "check", title: "check", align: "left", priority: 2, grow: true },
  { id: "weight", title: "weight", align: "right", priority: 5 },
  { id: "since", title: "since", align: "right", priority: 3 },
  { id: "limit", title: "limit", align: "right", priority: 4 },
  { id: "queue", title: "queue", align: "right", priority: 3 },
  { id: "errors", title: "err/s", align: "right", priority: 4 },
  { id: "fives", title: "5xx/s", align: "right", priority: 5 },
  { id: "sessions", title: "sess", align: "right", priority: 1 },
  { id: "rate", title: "sess/s", align: "right", priority: 3 },
];

const rowOf = (
  proxy: string,
  fact: ServerFact,
  writers: ReadonlySet<string>,
  findings: readonly Finding[],
  thresholds: Thresholds,
): Row => {
  const name = `${proxy}/${fact.server}`;
  const views = knownViews(fact.views).map(({ view }) => view);
  const worst = worstView(fact)?.view;
  const sum = (of: (view: ServerView) => number): Cell =>
    views.length === 0 ? blank(fact) : cell(count(views.reduce((total, view) => total + of(view), 0)));
  const limit = sumOf(views.map(({ sessionLimit }) => sessionLimit));
  const sessions = sumOf(views.map((view) => view.sessions));
  const full = limit !== undefined && limit > 0 && (sessions ?? 0) / limit >= thresholds.sessionLimitWarning;
  return {
    id: name,
    severity: severityOf(name, fact, findings),
    ...(fact.host === undefined ? {} : { host: fact.host }),
    cells: {
      server: cell(name),
      host: cell(fact.host ?? "?", fact.host === undefined ? "dim" : "plain"),
      state: stateCell(fact),
      use: writers.has(fact.server) ? cell("writer") : cell(fact.backup ? "backup" : "", "dim"),
      check: checkCell(worst, fact),
      weight: worst === undefined ? blank(fact) : cell(worst.weight),
      since: worst?.forMs === undefined ? blank(fact) : cell(duration(worst.forMs)),
      sessions: sessions === undefined ? blank(fact) : toned(count(sessions), full, "warning"),
      limit: worst === undefined ? blank(fact) : limit === undefined ? noneCell : cell(count(limit)),
      queue: views.length === 0 ? blank(fact) : toned(count(queueOf(views)), queueOf(views) > 0, "warning"),
      rate: sum((view) => view.sessionsPerSecond),
      errors: rateCell(fact, views, (view) => view.errorsPerSecond),
      fives: rateCell(fact, views, (view) => view.responses5xxPerSecond),
    },
    evidence: fact.views.flatMap(({ loadBalancer }) =>
      [showStat, showServersState].map(({ id }) => probeKey(id, loadBalancer)),
    ),
  };
};

const writersOf = ({ writers }: HaproxyFacts, proxy: string): ReadonlySet<string> =>
  new Set(writers.flatMap(({ proxy: of, to }) => (of === proxy && to.state === "known" ? to.value.servers : [])));

const severityOf = (name: string, { views }: ServerFact, findings: readonly Finding[]): Severity =>
  worstOf([
    ...findings.filter(({ subject }) => subject === name).map(({ severity }) => severity),
    ...views.map(({ view }): Severity => (view.state === "known" ? "ok" : "unknown")),
  ]);

const blank = ({ views }: ServerFact): Cell =>
  views.every(({ view }) => view.state === "unknown" && view.reason === "pending") ? pendingCell : unknownCell;

const TONES: Readonly<Record<ServerView["state"], Tone>> = {
  up: "plain",
  unchecked: "plain",
  draining: "warning",
  maintenance: "warning",
  down: "warning",
};

const stateCell = (fact: ServerFact): Cell => {
  const known = knownViews(fact.views);
  const worst = worstView(fact)?.view;
  if (worst === undefined) return blank(fact);
  const alike = new Set(known.map(({ view }) => view.status)).size === 1;
  if (alike && isWeightless(worst)) return cell(`${worst.status} weight 0`, "warning");
  if (alike) return cell(worst.status, TONES[worst.state]);
  return cell(known.map(({ loadBalancer, view }) => `${loadBalancer} ${view.status}`).join(", "), "warning");
};

const checkCell = (view: ServerView | undefined, fact: ServerFact): Cell => {
  if (view === undefined) return blank(fact);
  const by = view.admin.state === "known" ? view.admin.value.by : [];
  if (by.length > 0) return cell(by.join(", "));
  if (view.check === undefined) return cell("no check", "dim");
  return cell(view.check.words, view.check.passed === false ? "warning" : "plain");
};

const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 || known.length < values.length ? undefined : known.reduce((a, b) => a + b, 0);
};

const queueOf = (views: readonly ServerView[]): number => views.reduce((total, { queue }) => total + queue, 0);

const rateCell = (
  fact: ServerFact,
  views: readonly ServerView[],
  of: (view: ServerView) => Reading<number> | undefined,
): Cell => {
  if (views.length === 0) return blank(fact);
  let total = 0;
  for (const view of views) {
    const reading = of(view);
    if (reading === undefined) return noneCell;
    if (reading.state === "unknown") return readingCell(reading, rate);
    total += reading.value;
  }
  return toned(rate(total), total > 0, "info");
};
