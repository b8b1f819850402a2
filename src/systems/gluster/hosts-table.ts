import { readingCell } from "../cells.ts";
import { count } from "../format.ts";
import type { Finding } from "../finding.ts";
import { cell, type Cell, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { rowSeverity } from "../severity.ts";
import { daemonCommand, poolCommand, processesCommand, versionCommand } from "./commands.ts";
import type { GlusterFacts, GlusterHost } from "./facts.ts";
import { POOL } from "./pool.ts";

export const hostTable = ({ hosts, askedOf, strangers }: GlusterFacts, findings: readonly Finding[]): Table => ({
  id: "hosts",
  title: "pool",
  columns: [
    { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
    { id: "peer", title: "peer", align: "left", priority: 1, grow: true },
    { id: "daemon", title: "glusterd", align: "left", priority: 1 },
    { id: "selfHeal", title: "self-heal", align: "left", priority: 2 },
    { id: "bricks", title: "bricks run", align: "right", priority: 2 },
    { id: "version", title: "version", align: "left", priority: 2 },
  ],
  rows: [
    ...hosts.map((host) => rowOf(host, askedOf, findings)),
    ...strangers.map((name): Row => ({
      id: `stranger ${name}`,
      severity: "info",
      cells: { host: cell(name), peer: cell("a peer, not in the inventory", "info") },
      evidence: [probeKey(poolCommand.id, POOL)],
    })),
  ],
});

const rowOf = (
  { host, peer, daemon, selfHeal, brickProcesses, version }: GlusterHost,
  askedOf: string | undefined,
  findings: readonly Finding[],
): Row => ({
  id: host,
  severity: rowSeverity(findings, host, peer),
  host,
  cells: {
    host: cell(host),
    peer:
      host === askedOf
        ? cell("connected, asked")
        : readingCell(peer, ({ connected, state }) => peerCell(connected, state)),
    daemon: readingCell(daemon, ({ active, sub }) => (active === "active" ? cell(sub) : cell(active, "warning"))),
    selfHeal: readingCell(selfHeal, (on) => (on ? cell("on") : cell("off", "warning"))),
    bricks: readingCell(brickProcesses, count),
    version: readingCell(version, (text) => text),
  },
  evidence: [
    probeKey(poolCommand.id, POOL),
    ...[daemonCommand, processesCommand, versionCommand].map(({ id }) => probeKey(id, host)),
  ],
});

const peerCell = (connected: boolean, state: string): Cell => {
  if (!connected) return cell("disconnected", "warning");
  return state === "" || state === "Peer in Cluster" ? cell("connected") : cell(state, "warning");
};
