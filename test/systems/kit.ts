import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { Link } from "../../src/connect/access.ts";
import type { HaproxyReply, HostReply, HttpReply, Reply } from "../../src/connect/reply.ts";
import type { UnknownReason } from "../../src/connect/sample.ts";
import type { Cluster, Host } from "../../src/inventory/cluster.ts";
import type { Finding } from "../../src/systems/finding.ts";
import type { Pane, Table } from "../../src/systems/pane.ts";
import type { Rule } from "../../src/systems/rule.ts";
import type { Context, System } from "../../src/systems/system.ts";
import { samplesAt } from "../../src/watch/samples.ts";
import { createSlot, take } from "../../src/watch/slots.ts";

/** When all recorded replies "came"; tests look at them a moment later. */
export const AT_MS = 1_800_000_000_000;

const host = (name: string, role: Host["roles"][number] = "node"): Host => ({
  name,
  address: name,
  roles: [role],
  ssh: { agent: false, useSshConfig: false },
  disks: [],
});

/** The cluster of the lab, as the inventory would give it. */
export const shop: Cluster = {
  name: "shop",
  role: "viewer",
  source: "test",
  demo: false,
  hosts: [host("web1"), host("web2"), host("web3"), host("lb1", "load-balancer")],
  galera: {
    flavour: "mariadb",
    members: ["web1", "web2", "web3"].map((name) => ({ host: name, weight: 1 })),
    arbitrators: 0,
    user: "midwatch",
    via: "tunnel",
    port: 3306,
    socket: "/run/mysqld/mysqld.sock",
    datadir: "/var/lib/mysql",
    service: "mariadb",
  },
  gluster: {
    hosts: ["web1", "web2", "web3"],
    volumes: ["data", "wp-core"].map((name) => ({ name, mount: `/${name}`, hosts: ["web1", "web2", "web3"] })),
    service: "glusterd",
  },
  redis: [],
  haproxy: {
    loadBalancers: [{ host: "lb1", via: { kind: "socket", path: "/run/haproxy/admin.sock" } }],
    servers: {},
    webProxies: ["web"],
    databaseProxies: ["mysql"],
  },
  web: {
    hosts: ["web1", "web2", "web3"],
    service: "apache2",
    docroot: "/var/www",
    healthUrl: "http://127.0.0.1/health.php",
    hostHeader: "shop.example",
    expect: "healthy",
    fpm: [],
  },
  shadow: {
    master: "web1",
    subs: ["web2", "web3"],
    script: "/etc/cronwrap/sync-sites",
    state: "/var/lib/sync-sites/last",
    intervalMs: 180_000,
    source: "/var/www",
    target: "/wp-core",
  },
  intervals: { fastMs: 2_000, servicesMs: 10_000, glusterMs: 15_000, slowMs: 300_000, packagesMs: 600_000 },
  thresholds: {
    diskWarning: 0.9,
    diskCritical: 0.95,
    memoryWarning: 0.9,
    loadPerCoreWarning: 2,
    clockOffsetWarningMs: 1_000,
    flowControlPausedWarning: 0.1,
    redisMemoryWarning: 0.9,
    sessionLimitWarning: 0.8,
    healthSlowWarningMs: 2_000,
    gcacheWindowWarningMs: 1_800_000,
    healStalledCriticalMs: 1_200_000,
    fillingFrom: 0.7,
    fillingWarningMs: 3_600_000,
    serverErrorsWarning: 0.05,
    conflictsPerSecondWarning: 0.2,
    receiveQueueWarning: 10,
    catchUpWarningMs: 300_000,
    healBacklogWarning: 10,
    healStandingWarningMs: 120_000,
    syncDeletionsWarning: 100,
    packageListsWarningMs: 604_800_000,
  },
};

const TIMED = { sentAtMs: AT_MS - 2, receivedAtMs: AT_MS };

export const hostReply = (stdout: string, stderr = "", exitCode = 0): HostReply => ({
  kind: "host",
  stdout,
  stderr,
  exitCode,
  ...TIMED,
});

export const haproxyReply = (text: string): HaproxyReply => ({ kind: "haproxy", text, ...TIMED });

export const httpReply = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpReply => ({
  kind: "http",
  status,
  body,
  cut: false,
  headers,
  tookMs: 12,
  ...TIMED,
});

export interface NoReply {
  readonly kind: "none";
  readonly reason: UnknownReason;
}

export const noReply = (reason: UnknownReason): NoReply => ({ kind: "none", reason });

/** Answers by probe key; several in a row make a history, the last one newest. */
export type Answers = Readonly<Record<string, Reply | NoReply | readonly (Reply | NoReply)[]>>;

const UP: Link = { state: "up", sinceMs: AT_MS - 60_000, roundTripMs: 2 };

export const DOWN: Link = {
  state: "down",
  sinceMs: AT_MS - 12_000,
  reason: "unreachable",
  detail: "web2: no route to host",
};

/** What a room says of recorded replies, through the very slots the watch uses. */
export const lookAt = <Facts>(
  room: System<Facts>,
  answers: Answers,
  options: {
    readonly cluster?: Cluster;
    readonly links?: Readonly<Record<string, Link>>;
    readonly afterMs?: number;
    readonly atWork?: (host: string) => string | undefined;
  } = {},
) => {
  const { cluster = shop, links = {}, afterMs = 0, atWork = () => undefined } = options;
  const probes = room.probes(cluster);
  const slots = new Map(probes.map((probe) => [probe.key, createSlot(probe, AT_MS)]));
  for (const [key, given] of Object.entries(answers)) {
    const slot = slots.get(key);
    if (slot === undefined) throw new Error(`no probe ${key}; there are ${[...slots.keys()].join(", ")}`);
    const [by = ""] = slot.probe.candidates;
    let seq = 0;
    for (const answer of Array.isArray(given) ? given : [given]) {
      seq += 1;
      if (answer.kind === "none")
        take(slot, seq, by, { ok: false, reason: answer.reason, detail: answer.reason, sentAtMs: AT_MS, atMs: AT_MS });
      else take(slot, seq, by, { ok: true, reply: answer });
    }
  }
  const nowMs = AT_MS + afterMs;
  const context: Context = { cluster, nowMs, samples: samplesAt(slots, (name) => links[name] ?? UP, nowMs), atWork };
  const facts = room.facts(context);
  const findings = room.assess(facts, context);
  inCatalogue(room.rules, findings);
  const reasons = (host: string) => room.reasons(facts, host, context);
  return { facts, findings, pane: room.pane(facts, findings, context), probes, reasons, context };
};

/** Every finding of every look has its entry, with its severity, and rests on something that can be asked again. */
const inCatalogue = (rules: readonly Rule[], findings: readonly Finding[]): void => {
  for (const { id, severity, evidence, next } of findings) {
    const rule = rules.find((each) => each.id === id);
    if (rule === undefined) throw new Error(`${id} is not in the catalogue`);
    if (!rule.severities.includes(severity)) throw new Error(`the catalogue has no ${severity} ${id}`);
    if (evidence.length === 0) throw new Error(`${id} rests on no probe: damping would never clear it`);
    if (next === undefined) throw new Error(`${id} names no next step`);
  }
};

/** A table as lines: the header, then a row each, cells of the columns asked for (default: all) joined by ` | `. */
export const lines = (table: Table | undefined, only?: readonly string[]): readonly string[] => {
  if (table === undefined) return [];
  const columns = table.columns.filter(({ id }) => only === undefined || only.includes(id));
  return [
    columns.map(({ title }) => title).join(" | "),
    ...table.rows.map((row) => columns.map(({ id }) => row.cells[id]?.text ?? "").join(" | ")),
  ];
};

export const summaryText = ({ summary }: Pane): string => summary.map(({ text }) => text).join("");

/** A recorded reply of a room, as text. */
export const recorded = (room: string, file: string): string =>
  readFileSync(new URL(`${room}/replies/${file}`, import.meta.url), "utf8");

/** Anything a host could send, controls and broken text included. */
export const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string());

/** Every text inside a value. */
export const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  if (value instanceof Map) return [...value].flatMap((entry) => textsIn(entry));
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each));
  return typeof value === "object" && value !== null ? Object.values(value).flatMap((each) => textsIn(each)) : [];
};

/** What must not get as far as a terminal: controls, bidi overrides, lone surrogates. */
export const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
