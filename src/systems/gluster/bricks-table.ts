import { readingCell, toned } from "../cells.ts";
import { count } from "../format.ts";
import { worstOf, type Severity } from "../finding.ts";
import { cell, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { healCommand, processesCommand } from "./commands.ts";
import type { GlusterFacts } from "./facts.ts";
import { volumeTarget } from "./pool.ts";
import type { Brick } from "./brick.ts";
import type { Volume } from "./volume.ts";

export const brickTable = ({ volumes }: GlusterFacts): Table => ({
  id: "bricks",
  title: "bricks",
  columns: [
    { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
    { id: "volume", title: "volume", align: "left", priority: 1, maxWidth: 20 },
    { id: "path", title: "brick", align: "left", priority: 3, grow: true },
    { id: "state", title: "state", align: "left", priority: 1 },
    { id: "process", title: "process", align: "left", priority: 4 },
    { id: "pending", title: "holds to heal", align: "right", priority: 1 },
  ],
  rows: volumes.flatMap((volume) => volume.bricks.map((brick) => rowOf(volume, brick))),
  empty: "not known",
});

const rowOf = ({ name, expected }: Volume, brick: Brick): Row => {
  const { host, path, online, pending, process } = brick;
  return {
    id: `${host}:${path}`,
    severity: expected ? severityOf(brick) : "ok",
    host,
    cells: {
      host: cell(host),
      volume: cell(name),
      path: cell(`${path}${brick.arbiter ? " arbiter" : ""}`),
      state: readingCell(online, (up) => (up ? cell("online") : cell("offline", "critical"))),
      process: readingCell(process, ({ state }) => toned(state, state !== "running", "critical")),
      pending: readingCell(pending, (entries) => cell(count(entries), entries > 0 ? "info" : "plain")),
    },
    evidence: [probeKey(healCommand.id, volumeTarget(name)), probeKey(processesCommand.id, host)],
  };
};

const severityOf = ({ online, pending }: Brick): Severity =>
  worstOf([
    online.state === "unknown" ? "unknown" : online.value ? "ok" : "critical",
    pending.state === "unknown" ? "unknown" : pending.value > 0 ? "info" : "ok",
  ]);
