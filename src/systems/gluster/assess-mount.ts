import { bytes, percent } from "../format.ts";
import type { Finding } from "../finding.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { mountsCommand, spaceCommand } from "./commands.ts";
import type { GlusterFacts } from "./facts.ts";
import { mountTarget, type Mount } from "./mounts.ts";

/** Mounts by host, and space by volume. */
export const assessMounts = (facts: GlusterFacts, context: Context): readonly Finding[] => [
  ...facts.mounts.flatMap((mount) => assessMount(mount)),
  ...unknownMounts(facts),
  ...assessSpace(facts, context),
];

const finding = (mount: Mount, rule: string, severity: Finding["severity"], text: string, next?: string): Finding => ({
  id: `gluster.${rule}`,
  severity,
  subject: mountTarget(mount.host, mount.path),
  host: mount.host,
  text,
  ...(next === undefined ? {} : { next }),
  evidence: [probeKey(mountsCommand.id, mount.host), probeKey(spaceCommand.id, mountTarget(mount.host, mount.path))],
});

const assessMount = (mount: Mount): readonly Finding[] => {
  const { host, path, volume, mounted, space } = mount;
  if (mounted.state === "unknown") return [];
  switch (mounted.value.state) {
    case "absent": {
      const text = `${volume} is not mounted at ${path} on ${host}: writes there go to the local disk`;
      return [finding(mount, "mount_missing", "critical", text, `on ${host}: ls -A ${path}; mount ${path}`)];
    }
    case "wrong": {
      const { type, source } = mounted.value;
      const text = `${path} on ${host} is ${source} (${type}), not volume ${volume}`;
      return [finding(mount, "mount_wrong", "critical", text, `on ${host}: findmnt ${path}`)];
    }
    case "right":
      break;
  }
  if (space.state === "unknown") {
    if (space.reason === "pending") return [];
    return [
      finding(
        mount,
        "mount_unknown",
        "unknown",
        `Whether ${path} on ${host} answers is not known: ${space.detail}`,
        space.fix,
      ),
    ];
  }
  switch (space.value.state) {
    case "alive":
      return [];
    case "hung": {
      const text = `${path} on ${host} hangs: every program that touches it waits`;
      return [finding(mount, "mount_hung", "critical", text, `on ${host}: umount -l ${path}; mount ${path}`)];
    }
    case "broken": {
      const text = `${path} on ${host} answers with an error: ${space.value.problem}`;
      return [
        finding(
          mount,
          "mount_broken",
          "critical",
          text,
          `on ${host}: tail -n 20 /var/log/glusterfs/${logName(path)}.log`,
        ),
      ];
    }
  }
};

// The client's log is named after the mount point: /srv/data → srv-data.log.
const logName = (path: string): string => path.replace(/^\//, "").replaceAll("/", "-");

/** One per host: a host that cannot be asked says nothing of any of its mounts. */
const unknownMounts = ({ mounts }: GlusterFacts): readonly Finding[] => {
  const byHost = Map.groupBy(mounts, ({ host }) => host);
  return [...byHost.values()].flatMap(([mount]) => {
    if (mount?.mounted.state !== "unknown" || mount.mounted.reason === "pending") return [];
    return [
      finding(
        mount,
        "mount_unknown",
        "unknown",
        `${mount.host}'s mounts are not known: ${mount.mounted.detail}`,
        mount.mounted.fix,
      ),
    ];
  });
};

/** A volume is as full on every host that mounts it: said once, by the fullest view. */
const assessSpace = ({ mounts }: GlusterFacts, { cluster }: Context): readonly Finding[] => {
  const { diskWarning, diskCritical } = cluster.thresholds;
  const byVolume = Map.groupBy(mounts, ({ volume }) => volume);
  return [...byVolume.values()].flatMap((each) => {
    const [fullest] = each.flatMap((mount) => usedOf(mount)).toSorted((a, b) => b.share - a.share);
    if (fullest === undefined || fullest.share < diskWarning) return [];
    const { mount, what, share, left } = fullest;
    const text = `Volume ${mount.volume} has used ${percent(share)} of its ${what}${left}`;
    const severity = share >= diskCritical ? "critical" : "warning";
    const { host: _, ...rest } = finding(
      mount,
      "space",
      severity,
      text,
      `free space, or add bricks: df -h ${mount.path}`,
    );
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
