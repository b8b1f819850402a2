import { noneCell, readingCell, toned } from "../cells.ts";
import type { Finding } from "../finding.ts";
import { count, duration, plural } from "../format.ts";
import { cell, span, type Cell, type Column, type Pane, type Row, type Span } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { paneSeverity, rowSeverity } from "../severity.ts";
import { joined } from "../spans.ts";
import type { Context } from "../system.ts";
import { drift, lastRun, mount, running } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";

export const shadowPane = (facts: ShadowFacts, findings: readonly Finding[], { nowMs }: Context): Pane => {
  const rows = facts.hosts.map((fact) => rowOf(fact, findings, facts.intervalMs, nowMs));
  return {
    severity: paneSeverity(findings, rows),
    summary: summary(facts),
    tables: [{ id: "hosts", columns: COLUMNS, rows, empty: "no host in the sync" }],
  };
};

const COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "role", title: "role", align: "left", priority: 2 },
  { id: "result", title: "last run", align: "left", priority: 1, grow: true },
  { id: "target", title: "target", align: "left", priority: 1, maxWidth: 20 },
  { id: "took", title: "took", align: "right", priority: 4 },
  { id: "changed", title: "copied", align: "right", priority: 5 },
  { id: "deleted", title: "deleted", align: "right", priority: 5 },
  { id: "drift", title: "drift", align: "right", priority: 1 },
  { id: "deletions", title: "to delete", align: "right", priority: 2 },
  { id: "counted", title: "counted", align: "right", priority: 4 },
  { id: "running", title: "running", align: "right", priority: 3 },
  { id: "age", title: "synced", align: "right", priority: 1 },
];

const rowOf = (fact: ShadowHost, findings: readonly Finding[], intervalMs: number, nowMs: number): Row => {
  const { host, role, last, successAgeMs, running: now, target, drift: found } = fact;
  return {
    id: host,
    severity: rowSeverity(findings, host, last, target),
    host,
    cells: {
      host: cell(host),
      role: cell(role, "dim"),
      result: readingCell(last, resultCell),
      age: readingCell(successAgeMs, (ageMs) => toned(`${duration(ageMs)} ago`, ageMs > 3 * intervalMs, "warning")),
      took: readingCell(last, ({ startedAtMs, finishedAtMs }) =>
        finishedAtMs === undefined ? noneCell : duration(finishedAtMs - startedAtMs),
      ),
      changed: readingCell(last, ({ changed }) => (changed === undefined ? noneCell : count(changed))),
      deleted: readingCell(last, ({ deleted }) => (deleted === undefined ? noneCell : count(deleted))),
      running: readingCell(now, ({ forMs }) =>
        forMs === undefined ? noneCell : toned(duration(forMs), forMs > intervalMs, "warning"),
      ),
      target: readingCell(target, ({ right, type }) =>
        right ? (type ?? "") : cell(type === undefined ? "NOT MOUNTED" : `wrong: ${type}`, "critical"),
      ),
      drift: readingCell(found, ({ changes, overtaken }) => cell(count(changes), overtaken ? "dim" : "plain")),
      deletions: readingCell(found, ({ deletions, overtaken }) => cell(count(deletions), overtaken ? "dim" : "plain")),
      counted: found.state === "known" ? cell(`${duration(nowMs - found.atMs)} ago`, "dim") : noneCell,
    },
    evidence: [lastRun, mount, running, drift].map(({ id }) => probeKey(id, host)),
  };
};

const resultCell = ({ result, reason }: Extract<ShadowHost["last"], { state: "known" }>["value"]): Cell => {
  switch (result) {
    case "ok":
      return cell("ok");
    case "running":
      return cell("running", "dim");
    case "paused":
      return cell("paused", "info");
    case "failed":
      return cell(reason === undefined ? "failed" : `failed: ${reason}`, "warning");
  }
};

/** `1m48s ago on 3/3 · drift 0`, what is wrong first. */
const summary = ({ hosts, intervalMs }: ShadowFacts): readonly Span[] =>
  joined([
    ...hosts.flatMap(({ host, target }) =>
      target.state === "known" && !target.value.right ? [[span(`${host} target not mounted`, "critical")]] : [],
    ),
    ...hosts.flatMap(({ host, last }) =>
      last.state === "known" && last.value.result === "failed" ? [[span(`${host} failed`, "warning")]] : [],
    ),
    ...hosts.flatMap(({ host, last }) =>
      last.state === "unknown" && last.reason !== "pending" ? [[span(`${host} not known`, "unknown")]] : [],
    ),
    oldest(hosts, intervalMs),
    ...hosts.flatMap(({ host, running: now }) =>
      now.state === "known" && now.value.forMs !== undefined
        ? [[span(`${host} running ${duration(now.value.forMs)}`, now.value.forMs > intervalMs ? "warning" : "plain")]]
        : [],
    ),
    paused(hosts),
    driftSpans(hosts),
  ]);

const oldest = (hosts: readonly ShadowHost[], intervalMs: number): readonly Span[] => {
  const ages = hosts.flatMap(({ successAgeMs }) => (successAgeMs.state === "known" ? [successAgeMs.value] : []));
  if (ages.length === 0) return [];
  const ageMs = Math.max(...ages);
  const where = ages.length < hosts.length ? ` on ${ages.length}/${hosts.length}` : "";
  return [span(`${duration(ageMs)} ago${where}`, ageMs > 3 * intervalMs ? "warning" : "plain")];
};

const paused = (hosts: readonly ShadowHost[]): readonly Span[] => {
  const names = hosts.flatMap(({ host, last }) =>
    last.state === "known" && last.value.result === "paused" ? [host] : [],
  );
  return names.length === 0 ? [] : [span(`paused on ${names.join(", ")}`, "info")];
};

const driftSpans = (hosts: readonly ShadowHost[]): readonly Span[] => {
  const known = hosts.flatMap(({ drift: found }) => (found.state === "known" ? [found.value] : []));
  if (known.length === 0)
    return [
      hosts.every(({ drift: found }) => found.state === "unknown" && found.reason === "pending")
        ? span("drift …", "dim")
        : span("drift ?", "unknown"),
    ];
  const changes = known.reduce((total, each) => total + each.changes, 0);
  const deletions = known.reduce((total, each) => total + each.deletions, 0);
  const part = known.length < hosts.length ? ` (${known.length}/${plural(hosts.length, "host")})` : "";
  return [span(`drift ${count(changes)}${deletions === 0 ? "" : `, ${count(deletions)} to delete`}${part}`)];
};
