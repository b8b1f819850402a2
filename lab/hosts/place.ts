import { join } from "node:path";
import type { LabHost } from "../topology.ts";

/** Where one host's disks live on this machine, and on which read-only layers its root is laid (topmost first). */
export interface Place {
  readonly host: LabHost;
  readonly dir: string;
  readonly layers: readonly string[];
}

/** What a web host keeps off its overlay: Gluster refuses bricks there, and a full one must not fill this machine. */
export const DISKS = [
  { name: "mysql", mount: "/var/lib/mysql", sizeMiB: 1536 },
  { name: "bricks", mount: "/bricks", sizeMiB: 1024 },
] as const;

export type Disk = (typeof DISKS)[number];

export const disksOf = (host: LabHost): readonly Disk[] => (host.roles.includes("web") ? DISKS : []);

export const rootOf = ({ dir }: Place): string => join(dir, "root");
export const upperOf = ({ dir }: Place): string => join(dir, "upper");
export const imageOf = ({ dir }: Place, disk: Disk): string => join(dir, `${disk.name}.img`);
export const mountOf = ({ dir }: Place, disk: Disk): string => join(dir, disk.name);
