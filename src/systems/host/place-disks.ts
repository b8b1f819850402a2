import type { Known } from "../../connect/sample.ts";
import type { Cluster, Host } from "../../inventory/cluster.ts";
import type { HostDisk } from "./facts-schema.ts";
import { fillingOf } from "./filling.ts";
import type { Disk } from "./parse-disks.ts";

/** A path somebody cares about and what it is called on screen. */
interface Hold {
  readonly path: string;
  readonly label: string;
}

export const localHolds = ({ galera }: Cluster, host: Host): readonly Hold[] => [
  { path: "/", label: "root" },
  ...(galera?.members.some((member) => member.host === host.name) === true
    ? [{ path: galera.datadir, label: "datadir" }]
    : []),
];

export const namedHolds = (host: Host): readonly Hold[] => host.disks.map((path) => ({ path, label: path }));

/** Says of each file system what lies on it: a path lies on the deepest mount point above it. */
export const placeDisks = (
  disks: readonly Disk[],
  holds: readonly Hold[],
  history: readonly Known<readonly Disk[]>[],
): readonly HostDisk[] => {
  const mounts = new Map(disks.map((disk) => [disk.mount, disk]));
  const placed = (disk: Disk): HostDisk => {
    const here = holds.filter(({ path }) => deepestAbove(path, mounts.keys()) === disk.mount);
    return { ...disk, growthBytesPerS: fillingOf(history, disk.mount), holds: here.map(({ label }) => label) };
  };
  return Array.from(mounts.values(), placed);
};

const deepestAbove = (path: string, mounts: Iterable<string>): string | undefined => {
  let deepest: string | undefined;
  for (const mount of mounts) {
    const above = mount === "/" || path === mount || path.startsWith(`${mount}/`);
    if (above && mount.length > (deepest?.length ?? 0)) deepest = mount;
  }
  return deepest;
};
