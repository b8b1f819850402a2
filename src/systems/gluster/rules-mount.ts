import type { Rule } from "../rule.ts";

/** About the places where volumes must be mounted, and their space. */
export const mountRules = [
  {
    id: "gluster.mount_missing",
    severities: ["critical"],
    when: "the kernel's table has no mount where the inventory wants a volume",
    source: "operators' reports: a plain directory in its place takes writes without a word",
    means: "what is written there stays on that host's own disk, and the others do not see it",
    next: "on HOST: ls -A PATH for what was written meanwhile; then mount PATH",
    raise: "at-once",
  },
  {
    id: "gluster.mount_wrong",
    severities: ["critical"],
    when: "something else is mounted where the inventory wants a volume",
    source: "proc(5), mountinfo: type and source are compared, not the path",
    means: "files go to another place than the other hosts read",
    next: "on HOST: findmnt PATH",
    raise: "at-once",
  },
  {
    id: "gluster.mount_hung",
    severities: ["critical"],
    when: "the mount is there and statfs does not come back within 5 s, while its host answers",
    source: "a hung FUSE mount blocks stat for ever",
    means: "every program that touches it waits, Apache's workers among them",
    next: "on HOST: umount -l PATH; mount PATH",
    raise: "twice",
  },
  {
    id: "gluster.mount_broken",
    severities: ["critical"],
    when: "the mount is there and answers with an error",
    source: "Transport endpoint is not connected: the FUSE client has died",
    means: "every access to it fails",
    next: "on HOST: umount -l PATH; mount PATH; its log is /var/log/glusterfs/PATH.log",
    raise: "at-once",
  },
  {
    id: "gluster.mount_unknown",
    severities: ["unknown"],
    when: "a host's mount table, or whether a mount answers, is not known",
    source: "unknown is not mounted (midwatch's own rule)",
    means: "writes may be going to the local disk unseen",
    next: "see the host; ssh HOST findmnt -t fuse.glusterfs",
    raise: "twice",
  },
  {
    id: "gluster.space",
    severities: ["critical", "warning"],
    when: "space or inodes of a volume reach thresholds.disk_warning, or disk_critical",
    source: "netdata health.d/disks.conf",
    means: "when nothing is left, uploads fail and bricks may stop",
    next: "free space, or add bricks: df -h PATH",
    raise: "twice",
  },
] as const satisfies readonly Rule[];
