import { noneCell, readingCell, toned } from "../cells.ts";
import { bytes, percent } from "../format.ts";
import type { Finding } from "../finding.ts";
import { cell, type Cell, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { rowSeverity } from "../severity.ts";
import { usedOf } from "./assess-mount.ts";
import { mountsCommand, spaceCommand } from "./commands.ts";
import type { GlusterFacts } from "./facts.ts";
import { mountTarget, type Mount } from "./mounts.ts";

export const mountTable = ({ mounts }: GlusterFacts, findings: readonly Finding[]): Table => ({
  id: "mounts",
  title: "mounts",
  columns: [
    { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
    { id: "path", title: "path", align: "left", priority: 1, maxWidth: 24 },
    { id: "volume", title: "volume", align: "left", priority: 4, maxWidth: 20 },
    { id: "state", title: "state", align: "left", priority: 1, grow: true },
    { id: "inodes", title: "inodes", align: "right", priority: 3 },
    { id: "left", title: "left", align: "right", priority: 2 },
    { id: "used", title: "used", align: "right", priority: 1 },
  ],
  rows: mounts.map((mount) => rowOf(mount, findings)),
  empty: "no mounts in the inventory",
});

const rowOf = (mount: Mount, findings: readonly Finding[]): Row => {
  const { host, path, volume, mounted, space } = mount;
  const id = mountTarget(host, path);
  const used = usedOf(mount);
  const share = (what: "space" | "inodes"): Cell => {
    const figure = used.find((each) => each.what === what);
    if (figure !== undefined) return cell(percent(figure.share));
    return space.state === "unknown" && space.reason !== "missing" ? readingCell(space, () => noneCell) : noneCell;
  };
  return {
    id,
    severity: rowSeverity(findings, id, mounted),
    host,
    cells: {
      host: cell(host),
      path: cell(path),
      volume: cell(volume),
      state: stateCell(mount),
      inodes: share("inodes"),
      left: readingCell(space, (value) => (value.state === "alive" ? bytes(value.availableBytes) : noneCell)),
      used: share("space"),
    },
    evidence: [probeKey(mountsCommand.id, host), probeKey(spaceCommand.id, id)],
  };
};

const stateCell = ({ mounted, space }: Mount): Cell =>
  readingCell(mounted, (value) => {
    if (value.state === "absent") return cell("not mounted", "critical");
    if (value.state === "wrong") return cell(`${value.source} (${value.type})`, "critical");
    if (space.state === "unknown") return toned("mounted", space.reason !== "pending", "unknown");
    if (space.value.state === "alive") return cell("mounted");
    return cell(space.value.state === "hung" ? "hangs" : space.value.problem, "critical");
  });
