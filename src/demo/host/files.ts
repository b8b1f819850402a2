import { ADDRESS, HOSTS, isNode, VOLUMES, type HostName } from "../layout.ts";
import { file, folder, link, type Entry } from "../shell/files.ts";
import { lines } from "../shell/program.ts";
import type { World } from "../world.ts";
import type { HostState } from "./state.ts";

export const KERNEL = "6.1.0-40-amd64";

/** What the kernel and the package manager keep in files. */
export const hostFiles = (world: World, name: HostName): Iterable<readonly [string, Entry]> => {
  const host = world.hosts[name];
  const { nowMs } = world;
  const installedMs = host.bootedAtMs - 86_400_000;
  const updatedMs = nowMs - (nowMs % 21_600_000);
  const live = (text: () => string): Entry => file(text, nowMs, 0o444);
  const entries: [string, Entry][] = [
    ["/proc/loadavg", live(() => loadavg(host))],
    ["/proc/uptime", live(() => uptime(host, nowMs))],
    ["/proc/meminfo", live(() => meminfo(host))],
    ["/proc/mounts", link("self/mounts", nowMs)],
    ["/proc/self/mounts", live(() => mounts(world, host))],
    ["/proc/self/mountinfo", live(() => mountinfo(world, host))],
    [
      "/proc/1/stat",
      live(
        () => "1 (systemd) S 0 1 1 0 -1 4194560 88213 9930114 94 2210 91 402 41022 9821 20 0 1 0 27 172412928 3301\n",
      ),
    ],
    ["/proc/sys/kernel/random/boot_id", live(() => `${bootId(host.bootId)}\n`)],
    ["/sys/devices/system/cpu/online", live(() => `0-${host.cores - 1}\n`)],
    ["/etc/hostname", file(`${name}\n`, installedMs)],
    ["/etc/machine-id", file(`${host.machineId}\n`, installedMs, 0o444)],
    ["/etc/debian_version", file("12.12\n", installedMs)],
    ["/etc/os-release", link("../usr/lib/os-release", installedMs)],
    ["/usr/lib/os-release", file(OS_RELEASE, installedMs)],
    [
      "/etc/hosts",
      file(lines(["127.0.0.1 localhost", ...HOSTS.map((other) => `${ADDRESS[other]} ${other}`)]), installedMs),
    ],
    [`/boot/vmlinuz-${KERNEL}`, file("", installedMs)],
    [`/boot/initrd.img-${KERNEL}`, file("", installedMs)],
    [`/boot/config-${KERNEL}`, file("", installedMs)],
    ["/var/lib/apt/lists/partial", folder(updatedMs, 0o700)],
    ["/var/lib/apt/periodic/update-success-stamp", file("", updatedMs)],
  ];
  if (host.rebootRequired) {
    entries.push(["/run/reboot-required", file("*** System restart required ***\n", nowMs - 7_200_000)]);
    entries.push(["/run/reboot-required.pkgs", file("linux-image-amd64\n", nowMs - 7_200_000)]);
  }
  return entries;
};

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`;

const loadavg = (host: HostState): string =>
  `${host.load.map((load) => load.toFixed(2)).join(" ")} ${1 + Math.floor(host.load[0])}/412 28114\n`;

const uptime = (host: HostState, nowMs: number): string => {
  const seconds = (nowMs - host.bootedAtMs) / 1_000;
  return `${seconds.toFixed(2)} ${(seconds * host.cores * 0.94).toFixed(2)}\n`;
};

const meminfo = (host: HostState): string => {
  const usedKb = Math.round(host.memoryUsedKb);
  const cachedKb = Math.round((host.memoryKb - usedKb) * 0.71);
  const rows: readonly (readonly [string, number])[] = [
    ["MemTotal", host.memoryKb],
    ["MemFree", host.memoryKb - usedKb - cachedKb],
    ["MemAvailable", host.memoryKb - usedKb],
    ["Buffers", 148_212],
    ["Cached", cachedKb],
    ["SwapCached", 0],
    ["SwapTotal", host.swapKb],
    ["SwapFree", host.swapKb - host.swapUsedKb],
    ["Dirty", 1_204],
  ];
  return lines(rows.map(([name, kb]) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB`));
};

const bootId = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");

/** One mounted file system. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
  readonly sizeKb: number;
  readonly usedKb: number;
  readonly inodes: number;
  readonly inodesUsed: number;
  readonly remote: boolean;
}

const GLUSTER_OPTIONS = "rw,relatime,user_id=0,group_id=0,default_permissions,allow_other,max_read=131072";

/** Local disks and the Gluster mounts, in the order they were mounted. */
export const mountsOf = (world: World, host: HostState): readonly Mount[] => {
  const memory = { inodes: 2_041_112, inodesUsed: 812, remote: false };
  const run = {
    source: "tmpfs",
    target: "/run",
    type: "tmpfs",
    options: "rw,nosuid,nodev,noexec,relatime,mode=755,inode64",
  };
  const local: Mount[] = [
    {
      source: "udev",
      target: "/dev",
      type: "devtmpfs",
      options: "rw,nosuid,relatime,mode=755,inode64",
      sizeKb: host.memoryKb / 2,
      usedKb: 0,
      ...memory,
    },
    { ...run, sizeKb: host.memoryKb / 10, usedKb: 1_204, ...memory },
    ...host.disks.map((disk) => ({ ...disk, remote: false })),
  ];
  const { name } = host;
  if (!isNode(name)) return local;
  const bricks = host.disks.find((disk) => disk.target === "/bricks");
  return [
    ...local,
    ...VOLUMES.filter((volume) => world.gluster.volumes[volume.name].bricks[name].mounted).map((volume) => ({
      source: `localhost:/${volume.name}`,
      target: volume.mount,
      type: "fuse.glusterfs",
      options: GLUSTER_OPTIONS,
      sizeKb: bricks?.sizeKb ?? 0,
      usedKb: Math.round(bricks?.usedKb ?? 0),
      inodes: bricks?.inodes ?? 0,
      inodesUsed: bricks?.inodesUsed ?? 0,
      remote: true,
    })),
  ];
};

const mountinfo = (world: World, host: HostState): string =>
  lines([
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro",
    "23 22 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw",
    "24 22 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw",
    ...mountsOf(world, host)
      .filter(({ target }) => target !== "/")
      .map(
        ({ source, target, type, options }, at) =>
          `${25 + at} 22 0:${25 + at} / ${target} rw,relatime shared:${13 + at} - ${type} ${source} ${options}`,
      ),
  ]);

const mounts = (world: World, host: HostState): string =>
  lines([
    "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0",
    "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
    ...mountsOf(world, host).map((mount) => `${mount.source} ${mount.target} ${mount.type} ${mount.options} 0 0`),
  ]);
