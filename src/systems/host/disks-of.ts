import type { HostDisk, HostFact } from "./facts-schema.ts";

/** Every file system known of a host, once: what is named in the inventory may be a local one too. */
export const disksOf = ({ disks, namedDisks }: HostFact): readonly HostDisk[] => {
  const byMount = new Map<string, HostDisk>();
  for (const reading of [disks, namedDisks]) {
    if (reading?.state !== "known") continue;
    for (const disk of reading.value) {
      const seen = byMount.get(disk.mount);
      byMount.set(disk.mount, seen === undefined ? disk : { ...disk, holds: [...seen.holds, ...disk.holds] });
    }
  }
  return [...byMount.values()];
};

/** The share that is nearest to the end: space or inodes. */
export const fullness = ({ usedShare, inodesUsedShare = 0 }: HostDisk): number => Math.max(usedShare, inodesUsedShare);

export const fullest = (fact: HostFact): HostDisk | undefined => {
  let worst: HostDisk | undefined;
  for (const disk of disksOf(fact)) if (worst === undefined || fullness(disk) > fullness(worst)) worst = disk;
  return worst;
};
