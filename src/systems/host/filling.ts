import type { Known } from "../../connect/sample.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { HostDisk } from "./facts-schema.ts";
import type { Disk } from "./parse-disks.ts";

/** Shorter than this, a log that is rotated or a file that is copied looks like a trend. */
const ENOUGH_MS = 180_000;

/**
 * Bytes a second by which a disk fills, from the history kept. Both halves of it are looked at and the slower one
 * counts, so that one large file is no trend; 0 when it does not grow.
 */
export const growthOf = (history: readonly Known<readonly Disk[]>[], mount: string): Reading<number> => {
  const used = history.flatMap(({ value, atMs }) => {
    const disk = value.find((each) => each.mount === mount);
    return disk === undefined ? [] : [{ atMs, bytes: disk.usedBytes }];
  });
  const [first] = used;
  const last = used.at(-1);
  const middle = used[Math.floor(used.length / 2)];
  if (first === undefined || middle === undefined || last === undefined || last.atMs - first.atMs < ENOUGH_MS)
    return unknownReading("pending", "not enough history");
  if (middle.atMs <= first.atMs || last.atMs <= middle.atMs) return unknownReading("pending", "not enough history");
  const slope = (from: typeof first, to: typeof first): number =>
    ((to.bytes - from.bytes) * 1_000) / (to.atMs - from.atMs);
  return { state: "known", atMs: last.atMs, value: Math.max(0, Math.min(slope(first, middle), slope(middle, last))) };
};

/** When nothing will be left at this rate, ms from now; undefined when that cannot be told or it does not fill. */
export const fullInMs = ({ availableBytes, growthBytesPerS }: HostDisk): number | undefined =>
  growthBytesPerS.state === "known" && growthBytesPerS.value > 0
    ? (availableBytes / growthBytesPerS.value) * 1_000
    : undefined;
