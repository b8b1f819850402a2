import { noneCell, readingCell, toned } from "../cells.ts";
import { count, duration, percent } from "../format.ts";
import type { Finding, Severity } from "../finding.ts";
import { cell, type Cell, type Row, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import type { Reading } from "../reading.ts";
import { rowSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { usedOf } from "./assess-mount.ts";
import { healCommand, splitBrainCommand, volumesCommand } from "./commands.ts";
import type { GlusterFacts } from "./facts.ts";
import type { Trend } from "./heal.ts";
import { POOL, volumeTarget } from "./pool.ts";
import { pendingText, pendingTone } from "./summary.ts";
import type { Volume } from "./volume.ts";

export const volumeTable = (facts: GlusterFacts, findings: readonly Finding[], context: Context): Table => ({
  id: "volumes",
  columns: [
    { id: "volume", title: "volume", align: "left", priority: 1, maxWidth: 20 },
    { id: "status", title: "status", align: "left", priority: 2, grow: true },
    { id: "type", title: "type", align: "left", priority: 5, maxWidth: 14 },
    { id: "bricks", title: "bricks", align: "right", priority: 1 },
    { id: "mounts", title: "mounts", align: "right", priority: 1 },
    { id: "used", title: "used", align: "right", priority: 2 },
    { id: "inodes", title: "inodes", align: "right", priority: 4 },
    { id: "split", title: "split-brain", align: "right", priority: 2 },
    { id: "trend", title: "trend", align: "left", priority: 2 },
    { id: "heal", title: "to heal", align: "right", priority: 1 },
  ],
  rows: facts.volumes.map((volume) => rowOf(volume, facts, findings, context)),
  empty: "no volumes in the inventory",
});

const rowOf = (volume: Volume, facts: GlusterFacts, findings: readonly Finding[], context: Context): Row => {
  const { name, info, bricks, pending, trend, expected } = volume;
  const mounts = facts.mounts.filter((mount) => mount.volume === name);
  const used = mounts.flatMap((mount) => usedOf(mount));
  const space = mounts.map((mount) => mount.space);
  return {
    id: name,
    severity: expected ? rowSeverity(findings, `volume ${name}`, info, pending) : "ok",
    cells: {
      volume: cell(name),
      status: readingCell(info, ({ status }) => toned(status, status !== "Started" && expected, "critical")),
      type: readingCell(info, ({ type, replicas }) => (replicas > 1 ? `${type} ${replicas}` : type)),
      bricks:
        info.state === "unknown"
          ? readingCell(info, () => "")
          : tallyCell(
              bricks.map(({ online }) => online),
              (online) => online,
            ),
      mounts: tallyCell(
        mounts.map(({ mounted }) => mounted),
        ({ state }) => state === "right",
      ),
      used: shareCell(
        used.filter(({ what }) => what === "space"),
        space,
      ),
      inodes: shareCell(
        used.filter(({ what }) => what === "inodes"),
        space,
      ),
      split: expected
        ? readingCell(pending, ({ splitBrain }) => toned(count(splitBrain), splitBrain > 0, "critical"))
        : noneCell,
      trend: expected && pending.state === "known" ? trendCell(trend) : noneCell,
      heal: expected ? cell(pendingText(pending), pendingTone(pending, trend, context)) : noneCell,
    },
    evidence: [
      probeKey(healCommand.id, volumeTarget(name)),
      probeKey(splitBrainCommand.id, volumeTarget(name)),
      probeKey(volumesCommand.id, POOL),
    ],
  };
};

const shareCell = (used: readonly { readonly share: number }[], space: readonly Reading<unknown>[]): Cell => {
  if (used.length > 0) return cell(percent(Math.max(...used.map(({ share }) => share))));
  const [first] = space;
  return first === undefined ? noneCell : readingCell(first, () => noneCell);
};

/** `3/3`; what is not known counts as not there and is marked. */
const tallyCell = <T>(readings: readonly Reading<T>[], good: (value: T) => boolean): Cell => {
  const [first] = readings;
  if (first === undefined) return noneCell;
  const known = readings.filter((reading) => reading.state === "known");
  if (known.length === 0) return readingCell(first, () => "");
  const up = known.filter((reading) => good(reading.value)).length;
  const tone: Severity | "plain" =
    known.length > up ? "critical" : known.length < readings.length ? "unknown" : "plain";
  return cell(`${up}/${readings.length}`, tone);
};

const WORDS = { rising: "rising", steady: "steady" } as const;

const trendCell = (trend: Reading<Trend>): Cell =>
  readingCell(trend, ({ direction, zeroInMs, notFallenMs }) => {
    if (direction === "none") return noneCell;
    if (direction === "falling") return cell(zeroInMs === undefined ? "falling" : `0 in ${duration(zeroInMs)}`);
    return cell(`${WORDS[direction]}${notFallenMs === undefined ? "" : ` ${duration(notFallenMs)}`}`, "warning");
  });
