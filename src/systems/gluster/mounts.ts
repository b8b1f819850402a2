import type { Sample } from "../../connect/sample.ts";
import { mapReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { mountsCommand, spaceCommand } from "./commands.ts";
import type { MountEntry } from "./parse-mounts.ts";
import type { Liveness } from "./parse-space.ts";

/** A place where the inventory wants a volume mounted. */
export interface Mount {
  readonly host: string;
  readonly volume: string;
  readonly path: string;
  /** By the kernel's table, which is right even when the file system hangs. */
  readonly mounted: Reading<Mounted>;
  readonly space: Reading<Liveness>;
}

export type Mounted =
  | { readonly state: "right" }
  /** A plain directory or nothing: what is written there lands on the local disk. */
  | { readonly state: "absent" }
  /** Something else is mounted there. */
  | { readonly state: "wrong"; readonly type: string; readonly source: string };

/** One host's mount, as a probe's target. */
export const mountTarget = (host: string, path: string): string => `${host}:${path}`;

/** Host by host, in the inventory's order. */
export const mountFacts = (context: Context): readonly Mount[] => {
  const volumes = context.cluster.gluster?.volumes ?? [];
  return context.cluster.hosts.flatMap(({ name: host }) =>
    volumes.filter(({ hosts }) => hosts.includes(host)).map(({ name, mount }) => mountFact(host, name, mount, context)),
  );
};

const mountFact = (host: string, volume: string, path: string, { samples }: Context): Mount => {
  const table = readingOf(samples.latest(mountsCommand, host), (value) => value);
  const mounted = mapReading(table, (entries) =>
    mountedAs(
      volume,
      entries.find((entry) => entry.path === path),
    ),
  );
  const space = samples.latest(spaceCommand, mountTarget(host, path));
  return { host, volume, path, mounted, space: livenessOf(space, mounted) };
};

const mountedAs = (volume: string, entry: MountEntry | undefined): Mounted => {
  if (entry === undefined) return { state: "absent" };
  // "localhost:/data", "web1:data" or "web1:/data/folder": the volume is the first word after the colon.
  const name = /:\/?([^/]+)/.exec(entry.source)?.[1];
  if (entry.type === "fuse.glusterfs" && name === volume) return { state: "right" };
  return { state: "wrong", type: entry.type, source: entry.source };
};

/** A host that tells its mount table while the file system does not tell its size has a hanging mount; else the host hangs. */
const livenessOf = (sample: Sample<Liveness>, mounted: Reading<Mounted>): Reading<Liveness> => {
  if (sample.state === "unknown" && sample.reason === "timeout" && mounted.state === "known") {
    const askedAtMs = sample.atMs - spaceCommand.deadlineMs;
    if (mounted.value.state === "right" && mounted.atMs >= askedAtMs - SAME_MOMENT_MS)
      return { state: "known", value: { state: "hung" }, atMs: sample.atMs };
  }
  // What stat says of a plain directory is the size of the local disk.
  if (mounted.state === "known" && mounted.value.state !== "right")
    return unknownReading("missing", "the volume is not mounted here");
  return readingOf(sample, (value) => value);
};

const SAME_MOMENT_MS = 500;
