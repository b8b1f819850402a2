import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** One mounted file system. */
export interface Disk {
  readonly mount: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** For an ordinary process; root may still have a reserve. */
  readonly availableBytes: number;
  /** Share of what an ordinary process may use, as df's Use%: 0 to 1. */
  readonly usedShare: number;
  /** 0 to 1; absent where the file system makes inodes as it needs them (btrfs, FUSE). */
  readonly inodesUsedShare?: number | undefined;
}

/** `df -B1 --output=fstype,size,used,avail,itotal,iused,target`. */
export const parseDisks = (reply: HostReply): Parsed<readonly Disk[]> => {
  const [header, ...rows] = reply.stdout.split("\n");
  if (header === undefined || !header.startsWith("Type"))
    return notParsed("failed", firstLine(reply.stderr, "df printed no table"));
  const disks: Disk[] = [];
  for (const row of rows) {
    if (row.trim() === "") continue;
    const disk = diskOf(row);
    if (disk === undefined) return unreadable(`df printed a row midwatch cannot read: ${shortText(row, 80)}`);
    if (disk !== "no numbers" && matters(disk)) disks.push(disk);
  }
  // df goes on past a path it cannot look at and says so in its exit code: what it did print is right.
  if (disks.length === 0) return notParsed("failed", firstLine(reply.stderr, "df lists no file system that matters"));
  return parsed(disks);
};

/** As {@link parseDisks}, for paths asked by name: a path df cannot look at is not to be passed over. */
export const parseNamedDisks = (reply: HostReply): Parsed<readonly Disk[]> => {
  if (reply.exitCode !== 0) return notParsed("failed", firstLine(reply.stderr, `df ended with ${reply.exitCode}`));
  return parseDisks(reply);
};

const diskOf = (row: string): Disk | "no numbers" | undefined => {
  const match = /^\s*(\S+)\s+(\d+|-)\s+(\d+|-)\s+(-?\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(\S.*)$/.exec(row);
  if (match === null) return undefined;
  const [, type = "", size, used, available, inodes, inodesUsed, mount = ""] = match;
  const sizeBytes = wholeNumber(size);
  const usedBytes = wholeNumber(used);
  if (sizeBytes === undefined || usedBytes === undefined) return "no numbers";
  // A file system filled into root's reserve has less than nothing left for others.
  const availableBytes = wholeNumber(available) ?? 0;
  const reach = usedBytes + availableBytes;
  const inodesTotal = wholeNumber(inodes) ?? 0;
  return {
    mount: shortText(mount),
    type: shortText(type, 40),
    sizeBytes,
    usedBytes,
    availableBytes,
    usedShare: reach === 0 ? 0 : usedBytes / reach,
    inodesUsedShare: inodesTotal === 0 ? undefined : Math.min(1, (wholeNumber(inodesUsed) ?? 0) / inodesTotal),
  };
};

// Left out: what is always full or never fills (images, device trees), and the many small tmpfs of the system itself.
// A tmpfs anywhere else stays: somebody put it there to hold something.
const matters = ({ type, mount, sizeBytes }: Disk): boolean =>
  sizeBytes > 0 &&
  !/^(devtmpfs|squashfs|iso9660|erofs|cramfs|efivarfs|ramfs|udf)$/.test(type) &&
  !/^\/(proc|sys|dev|run)(\/|$)/.test(mount) &&
  !/^\/etc\/(hosts|hostname|resolv\.conf)$/.test(mount) &&
  !/^\/(snap|var\/lib\/(docker|containers)|var\/snap)\//.test(mount);
