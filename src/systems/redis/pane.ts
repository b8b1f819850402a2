import { noneCell, pendingCell, readingCell, toned } from "../cells.ts";
import { bytes, count, duration, percent, rate } from "../format.ts";
import type { Finding } from "../finding.ts";
import { cell, span, type Cell, type Column, type Pane, type Row, type Span } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { trendSpan } from "../series.ts";
import { paneSeverity, rowSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { infoCommand, keysCommand } from "./commands.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";
import type { Persistence } from "./parse-info.ts";
import type { KeyCount } from "./parse-scan.ts";

export const redisPane = (facts: RedisFacts, findings: readonly Finding[], context: Context): Pane => {
  const rows = facts.instances.map((instance) => rowOf(instance, findings, context.nowMs));
  return {
    severity: paneSeverity(findings, rows),
    summary: facts.instances.flatMap((instance, i) => [
      ...(i === 0 ? [] : [span(" · ")]),
      ...summaryOf(instance, context),
    ]),
    tables: [{ id: "instances", columns: COLUMNS, rows, empty: "no Redis in the inventory" }],
  };
};

const COLUMNS: readonly Column[] = [
  { id: "instance", title: "instance", align: "left", priority: 1, maxWidth: 16 },
  { id: "state", title: "state", align: "left", priority: 1, maxWidth: 12 },
  { id: "purpose", title: "for", align: "left", priority: 4 },
  { id: "role", title: "role", align: "left", priority: 6 },
  { id: "keys", title: "keys", align: "right", priority: 1 },
  { id: "memory", title: "mem", align: "right", priority: 1 },
  { id: "limit", title: "of", align: "right", priority: 2 },
  { id: "used", title: "used", align: "right", priority: 1 },
  { id: "growth", title: "keys/min", align: "right", priority: 4 },
  { id: "full", title: "full in", align: "right", priority: 3 },
  { id: "policy", title: "policy", align: "left", priority: 3, grow: true },
  { id: "saved", title: "saved", align: "right", priority: 4 },
  { id: "up", title: "up", align: "right", priority: 5 },
  { id: "clients", title: "clients", align: "right", priority: 4 },
  { id: "blocked", title: "block", align: "right", priority: 6 },
  { id: "hit", title: "hit", align: "right", priority: 2 },
  { id: "evictions", title: "evict/s", align: "right", priority: 3 },
  { id: "ops", title: "ops/s", align: "right", priority: 2 },
];

const rowOf = (instance: RedisInstance, findings: readonly Finding[], nowMs: number): Row => {
  const { name, host, info } = instance;
  const sessions = instance.purpose === "sessions";
  return {
    id: name,
    severity: rowSeverity(findings, name, info, instance.keys),
    host,
    cells: {
      instance: cell(name),
      state: stateCell(instance),
      purpose: cell(instance.purpose),
      role: readingCell(info, ({ role }) =>
        toned(role, role === "replica" && instance.copyOf === undefined, "warning"),
      ),
      keys: readingCell(instance.keys, keysText),
      memory: readingCell(info, (value) => bytes(value.memoryUsedBytes)),
      limit: readingCell(info, ({ memoryLimitBytes: limit }) => (limit === undefined ? "no limit" : bytes(limit))),
      used: usedCell(instance),
      growth: growthCell(instance),
      full: fullCell(instance),
      policy: readingCell(info, ({ policy }) => toned(policy, sessions && policy.startsWith("allkeys-"), "warning")),
      saved: readingCell(info, ({ persistence }) => savedCell(persistence, nowMs)),
      up: readingCell(info, ({ uptimeMs }) => duration(uptimeMs)),
      clients: readingCell(info, (value) => count(value.clients)),
      blocked: readingCell(info, ({ blockedClients }) =>
        toned(count(blockedClients), sessions && blockedClients > 0, "warning"),
      ),
      hit: hitCell(instance),
      evictions: readingCell(instance.evictionsPerSecond, (value) =>
        toned(rate(value), sessions && value > 0, "critical"),
      ),
      ops: readingCell(instance.opsPerSecond, rate),
    },
    evidence: [infoCommand.id, ...(instance.prefix === undefined ? [] : [keysCommand.id])].map((id) =>
      probeKey(id, name),
    ),
  };
};

const stateCell = ({ info, copyOf }: RedisInstance): Cell => {
  if (info.state === "known") {
    if (info.value.loading) return cell("loading", "warning");
    if (info.value.role === "master") return cell("up");
    return copyOf !== undefined && info.value.masterLinkUp !== false ? cell("replica") : cell("replica", "warning");
  }
  if (info.reason === "pending") return pendingCell;
  if (info.reason === "refused") return cell("refuses", copyOf === undefined ? "critical" : "warning");
  return cell(info.reason, "unknown");
};

const keysText = ({ count: keys, atLeast }: KeyCount): string => `${count(keys)}${atLeast ? "+" : ""}`;

const usedCell = ({ info }: RedisInstance): Cell =>
  readingCell(info, ({ memoryLimitBytes: limit, memoryUsedBytes: used }) =>
    limit === undefined ? noneCell : percent(Math.min(1, used / limit)),
  );

const growthCell = ({ keysGrowthPerSecond }: RedisInstance): Cell =>
  readingCell(keysGrowthPerSecond, (perSecond) => (perSecond === 0 ? "0" : `+${rate(perSecond * 60)}`));

const fullCell = ({ fullInMs, memoryGrowthBytesPerSecond: growth }: RedisInstance): Cell =>
  readingCell(growth, () =>
    fullInMs === undefined ? noneCell : cell(fullInMs > WEEK_MS ? ">7d" : duration(fullInMs)),
  );

const WEEK_MS = 7 * 86_400_000;

const savedCell = (persistence: Persistence, nowMs: number): Cell => {
  if (!persistence.lastSaveOk || persistence.aof === "failed") return cell("failed", "warning");
  if (persistence.aof === "ok") return cell("aof");
  if (persistence.lastSaveAtMs === undefined) return noneCell;
  return cell(duration(nowMs - persistence.lastSaveAtMs));
};

// Nobody asked for anything: there is no hit rate, which is not the same as not knowing it.
const hitCell = ({ info, hitShare }: RedisInstance): Cell =>
  info.state === "known" && hitShare.state === "unknown" ? noneCell : readingCell(hitShare, percent);

/** `sessions 1,284 · 31%`, `cache 92% hit · 12%`, `sessions refuses`. */
const summaryOf = (instance: RedisInstance, context: Context): readonly Span[] => {
  const { name, info } = instance;
  const state = stateCell(instance);
  if (info.state === "unknown") return [span(`${name} `), span(state.text, state.tone)];
  const used = usedCell(instance);
  const memory = used === noneCell ? bytes(info.value.memoryUsedBytes) : used.text;
  return [
    span(`${name} ${headFigure(instance)}`),
    ...trendSpan(context, name),
    span(` · ${memory}`),
    ...(state.text === "up" ? [] : [span(` ${state.text}`, state.tone)]),
  ];
};

const headFigure = ({ purpose, keys, hitShare }: RedisInstance): string => {
  if (purpose === "sessions") return readingCell(keys, keysText).text;
  return hitShare.state === "known" ? `${percent(hitShare.value)} hit` : `${readingCell(keys, keysText).text} keys`;
};
