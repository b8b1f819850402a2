import type { Thresholds } from "../../inventory/cluster.ts";
import { noneCell, readingCell, toned } from "../cells.ts";
import { bytes, duration, percent } from "../format.ts";
import { cell, type Cell, type Column, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { disks, namedDisks } from "./commands.ts";
import { disksOf, fullness } from "./disks-of.ts";
import type { HostDisk, HostFacts } from "./facts-schema.ts";
import { fullInMs } from "./filling.ts";

/** Every file system of every host, the fullest first. */
export const disksTable = ({ hosts }: HostFacts, thresholds: Thresholds): Table => ({
  id: "disks",
  title: "disks",
  columns: COLUMNS,
  rows: hosts
    .flatMap((fact) => disksOf(fact).map((disk) => ({ host: fact.host, disk })))
    .toSorted((a, b) => fullness(b.disk) - fullness(a.disk))
    .map(({ host, disk }) => rowOf(host, disk, thresholds)),
  empty: "no disk has been read yet",
});

const COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "mount", title: "mount", align: "left", priority: 1, grow: true },
  { id: "holds", title: "holds", align: "left", priority: 3, maxWidth: 24 },
  { id: "type", title: "type", align: "left", priority: 4, maxWidth: 12 },
  { id: "size", title: "size", align: "right", priority: 2 },
  { id: "left", title: "left", align: "right", priority: 2 },
  { id: "full", title: "full in", align: "right", priority: 3 },
  { id: "inodes", title: "inodes", align: "right", priority: 3 },
  { id: "used", title: "used", align: "right", priority: 1 },
];

const rowOf = (host: string, disk: HostDisk, { diskWarning, diskCritical }: Thresholds): Row => {
  const grade = (share: number) => (share >= diskCritical ? "critical" : share >= diskWarning ? "warning" : "ok");
  const { mount, usedShare, inodesUsedShare } = disk;
  return {
    id: `${host} ${mount}`,
    severity: grade(fullness(disk)),
    host,
    cells: {
      host: cell(host),
      mount: cell(mount),
      holds: cell(disk.holds.join(", ")),
      type: cell(disk.type, "dim"),
      size: cell(bytes(disk.sizeBytes)),
      left: cell(bytes(disk.availableBytes)),
      full: readingCell(disk.growthBytesPerS, () => fullCell(disk)),
      inodes:
        inodesUsedShare === undefined
          ? noneCell
          : toned(percent(inodesUsedShare), inodesUsedShare >= diskWarning, grade(inodesUsedShare)),
      used: toned(percent(usedShare), usedShare >= diskWarning, grade(usedShare)),
    },
    evidence: [disks, namedDisks].map(({ id }) => probeKey(id, host)),
  };
};

/** A rate of some minutes says little about next week. */
const FORESEEN_MS = 86_400_000;

const fullCell = (disk: HostDisk): Cell => {
  const leftMs = fullInMs(disk);
  return leftMs === undefined || leftMs > FORESEEN_MS
    ? noneCell
    : cell(duration(leftMs), leftMs < 3_600_000 ? "warning" : "plain");
};
