import type { Known } from "../../connect/sample.ts";
import { growthOf } from "../growth.ts";
import type { Reading } from "../reading.ts";
import type { HostDisk } from "./facts-schema.ts";
import type { Disk } from "./parse-disks.ts";

/** Bytes a second by which a disk fills, from the history kept; 0 when it does not grow. */
export const fillingOf = (history: readonly Known<readonly Disk[]>[], mount: string): Reading<number> =>
  growthOf(
    history.flatMap(({ value, atMs }) => {
      const disk = value.find((each) => each.mount === mount);
      return disk === undefined ? [] : [{ atMs, value: disk.usedBytes }];
    }),
  );

/** When nothing will be left at this rate, ms from now; undefined when that cannot be told or it does not fill. */
export const fullInMs = ({ availableBytes, growthBytesPerS }: HostDisk): number | undefined =>
  growthBytesPerS.state === "known" && growthBytesPerS.value > 0
    ? (availableBytes / growthBytesPerS.value) * 1_000
    : undefined;
