import { bytes, percent } from "../format.ts";
import { anywhere, onHost } from "../explain.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { mountsCommand, spaceCommand } from "./commands.ts";
import type { GlusterFacts } from "./facts.ts";
import { mountTarget, type Mount } from "./mounts.ts";
import type { GlusterFinding, Said } from "./rules.ts";

/** Mounts by host, and space by volume. */
export const assessMounts = (facts: GlusterFacts, context: Context): readonly GlusterFinding[] => [
  ...facts.mounts.flatMap((mount) => assessMount(mount)),
  ...unknownMounts(facts),
  ...assessSpace(facts, context),
];

const finding = (mount: Mount, said: Said): GlusterFinding => ({
  explainedBy: onHost(mount.host, "host.unreachable"),
  ...said,
  subject: mountTarget(mount.host, mount.path),
  host: mount.host,
  evidence: [probeKey(mountsCommand.id, mount.host), probeKey(spaceCommand.id, mountTarget(mount.host, mount.path))],
});

const assessMount = (mount: Mount): readonly GlusterFinding[] => {
  const { host, path, volume, mounted, space } = mount;
  if (mounted.state === "unknown") return [];
  switch (mounted.value.state) {
    case "absent": {
      const text = `${volume} is not mounted at ${path} on ${host}: writes there go to the local disk`;
      const next = `on ${host}: ls -A ${path}; mount ${path}`;
      return [finding(mount, { id: "gluster.mount_missing", severity: "critical", text, next })];
    }
    case "wrong": {
      const { type, source } = mounted.value;
      const text = `${path} on ${host} is ${source} (${type}), not volume ${volume}`;
      const next = `on ${host}: findmnt ${path}`;
      return [finding(mount, { id: "gluster.mount_wrong", severity: "critical", text, next })];
    }
    case "right":
      break;
  }
  if (space.state === "unknown") {
    if (space.reason === "pending") return [];
    const text = `Whether ${path} on ${host} answers is not known: ${space.detail}`;
    const next = space.fix ?? `on ${host}: timeout 5 stat -f ${path}`;
    return [finding(mount, { id: "gluster.mount_unknown", severity: "unknown", text, next })];
  }
  switch (space.value.state) {
    case "alive":
      return [];
    case "hung": {
      const text = `${path} on ${host} hangs: every program that touches it waits`;
      const next = `if a brick has just gone, wait a minute (network.ping-timeout); else on ${host}: umount -l ${path}; mount ${path}`;
      const explainedBy = [
        ...onHost(host, "host.unreachable"),
        ...anywhere("host.unreachable", "gluster.brick_frozen"),
      ];
      return [finding(mount, { id: "gluster.mount_hung", severity: "critical", text, next, explainedBy })];
    }
    case "broken": {
      const text = `${path} on ${host} answers with an error: ${space.value.problem}`;
      const next = `on ${host}: tail -n 20 /var/log/glusterfs/${logName(path)}.log`;
      return [finding(mount, { id: "gluster.mount_broken", severity: "critical", text, next })];
    }
  }
};

// The client's log is named after the mount point: /srv/data → srv-data.log.
const logName = (path: string): string => path.replace(/^\//, "").replaceAll("/", "-");

/** One per host: a host that cannot be asked says nothing of any of its mounts. */
const unknownMounts = ({ mounts }: GlusterFacts): readonly GlusterFinding[] => {
  const byHost = Map.groupBy(mounts, ({ host }) => host);
  return [...byHost.values()].flatMap(([mount]) => {
    if (mount?.mounted.state !== "unknown" || mount.mounted.reason === "pending") return [];
    const text = `${mount.host}'s mounts are not known: ${mount.mounted.detail}`;
    const next = mount.mounted.fix ?? `see why ${mount.host} does not answer`;
    return [finding(mount, { id: "gluster.mount_unknown", severity: "unknown", text, next })];
  });
};

/** A volume is as full on every host that mounts it: said once, by the fullest view. */
const assessSpace = ({ mounts }: GlusterFacts, { cluster }: Context): readonly GlusterFinding[] => {
  const { diskWarning, diskCritical } = cluster.thresholds;
  const byVolume = Map.groupBy(mounts, ({ volume }) => volume);
  return [...byVolume.values()].flatMap((each) => {
    const [fullest] = each.flatMap((mount) => usedOf(mount)).toSorted((a, b) => b.share - a.share);
    if (fullest === undefined || fullest.share < diskWarning) return [];
    const { mount, what, share, left } = fullest;
    const text = `Volume ${mount.volume} has used ${percent(share)} of its ${what}${left}`;
    const severity = share >= diskCritical ? "critical" : "warning";
    const next = `free space, or add bricks: df -h ${mount.path}`;
    const { host: _, explainedBy: _by, ...rest } = finding(mount, { id: "gluster.space", severity, text, next });
    return [{ ...rest, subject: `volume ${mount.volume}` }];
  });
};

interface Used {
  readonly mount: Mount;
  readonly what: "space" | "inodes";
  readonly share: number;
  readonly left: string;
}

export const usedOf = (mount: Mount): readonly Used[] => {
  const { space } = mount;
  if (space.state === "unknown" || space.value.state !== "alive") return [];
  const { usedBytes, availableBytes, inodesTotal, inodesFree } = space.value;
  const size = usedBytes + availableBytes;
  const left = `, ${bytes(availableBytes)} left`;
  return [
    ...(size > 0 ? [{ mount, what: "space" as const, share: usedBytes / size, left }] : []),
    ...(inodesTotal > 0 ? [{ mount, what: "inodes" as const, share: 1 - inodesFree / inodesTotal, left: "" }] : []),
  ];
};
