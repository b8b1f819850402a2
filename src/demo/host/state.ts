import { ADDRESS, HOSTS, isNode, type HostName } from "../layout.ts";
import type { Random } from "../random.ts";
import type { JobState } from "./jobs.ts";

/** A machine: what its kernel, its package manager and systemd would say. */
export interface HostState {
  readonly name: HostName;
  readonly address: string;
  /** Answers on the network. A host that does not is silent: nothing is refused, nothing is closed. */
  up: boolean;
  /** How long it has been silent, simulated ms. */
  silentMs: number;
  bootedAtMs: number;
  /** How far its clock is ahead of this machine's, ms. */
  clockAheadMs: number;
  /** What was written with logger, the newest last. */
  readonly logged: string[];
  readonly bootId: string;
  readonly machineId: string;
  readonly cores: number;
  readonly memoryKb: number;
  readonly swapKb: number;
  memoryUsedKb: number;
  swapUsedKb: number;
  /** Load averages over 1, 5 and 15 minutes. */
  readonly load: [number, number, number];
  rebootRequired: boolean;
  readonly units: Map<string, UnitState>;
  /** What transient units run or ran, by the unit's name. */
  readonly jobs: Map<string, JobState>;
  readonly disks: readonly DiskState[];
  upgrades: readonly UpgradeState[];
  /** What was upgraded, by name, and to which version. */
  readonly upgraded: Map<string, string>;
  /** Packages dpkg left half way. */
  interrupted: readonly string[];
  /** Still to be away, ms; undefined when it is not rebooting. */
  rebootingMs: number | undefined;
}

export interface UnitState {
  readonly name: string;
  readonly description: string;
  active: "active" | "inactive" | "failed" | "activating";
  /** systemd's SubState: running, exited, dead, failed … */
  sub: string;
  enabled: boolean;
  sinceMs: number;
  pid: number;
  /** Bytes of resident memory, for `systemctl show` and `ps`. */
  memoryBytes: number;
  result: "success" | "exit-code" | "signal";
  /** Of its last end; 1 for a failed one that does not say. */
  exitStatus?: number;
  /** Made by systemd-run: gone when it is stopped or its failure forgotten. */
  readonly transient?: true;
  restarts: number;
  /** How often it was told to reload. */
  reloads?: number;
}

export interface DiskState {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
  readonly sizeKb: number;
  usedKb: number;
  readonly inodes: number;
  inodesUsed: number;
}

export interface UpgradeState {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly security: boolean;
}

const GIB_KB = 1_048_576;

const unit = (name: string, description: string, sub: string, pid: number, memoryMb: number): UnitState => ({
  name,
  description,
  active: "active",
  sub,
  enabled: true,
  sinceMs: 0,
  pid,
  memoryBytes: memoryMb * 1_048_576,
  result: "success",
  restarts: 0,
});

const NODE_UNITS: readonly (readonly [string, string, number])[] = [
  ["apache2", "The Apache HTTP Server", 96],
  ["mariadb", "MariaDB 10.11.18 database server", 612],
  ["glusterd", "GlusterFS, a clustered file-system server", 74],
];

const BALANCER_UNITS: readonly (readonly [string, string, number])[] = [
  ["haproxy", "HAProxy Load Balancer", 38],
  ["redis-server@6379", "Advanced key-value store", 21],
  ["redis-server@6380", "Advanced key-value store", 33],
];

const COMMON_UNITS: readonly (readonly [string, string, number])[] = [
  ["cron", "Regular background program processing daemon", 2],
  ["dbus", "D-Bus System Message Bus", 4],
  ["ssh", "OpenBSD Secure Shell server", 8],
  ["systemd-journald", "Journal Service", 24],
];

const disks = (host: HostName): readonly DiskState[] => {
  const root = { source: "/dev/vda1", target: "/", type: "ext4", options: "rw,relatime,errors=remount-ro" };
  const rootDisk = { ...root, sizeKb: 40 * GIB_KB, usedKb: 11 * GIB_KB, inodes: 2_621_440, inodesUsed: 118_402 };
  if (!isNode(host)) return [{ ...rootDisk, usedKb: 4.6 * GIB_KB }];
  const share = { web1: 0.61, web2: 0.58, web3: 0.57 }[host];
  const sql = { source: "/dev/vdb1", target: "/var/lib/mysql", type: "ext4", options: "rw,noatime" };
  const bricks = { source: "/dev/vdc1", target: "/bricks", type: "xfs", options: "rw,noatime,attr2,inode64" };
  return [
    rootDisk,
    { ...sql, sizeKb: 100 * GIB_KB, usedKb: share * 100 * GIB_KB, inodes: 6_553_600, inodesUsed: 3_112 },
    { ...bricks, sizeKb: 200 * GIB_KB, usedKb: 0.34 * 200 * GIB_KB, inodes: 104_857_600, inodesUsed: 812_334 },
  ];
};

const upgrades = (host: HostName): UpgradeState[] => {
  const common = [
    { name: "libssl3", from: "3.0.17-1~deb12u2", to: "3.0.18-1~deb12u1", security: true },
    { name: "openssl", from: "3.0.17-1~deb12u2", to: "3.0.18-1~deb12u1", security: true },
    { name: "tzdata", from: "2025b-0+deb12u1", to: "2025b-0+deb12u2", security: false },
  ];
  if (!isNode(host))
    return [...common, { name: "haproxy", from: "2.6.12-1+deb12u2", to: "2.6.12-1+deb12u3", security: true }];
  const sql = ["mariadb-server", "mariadb-client", "mariadb-common"];
  return [
    ...common,
    ...sql.map((name) => ({ name, from: "1:10.11.18-0+deb12u1", to: "1:10.11.19-0+deb12u1", security: true })),
    { name: "apache2", from: "2.4.68-1~deb12u1", to: "2.4.71-1~deb12u1", security: true },
    ...["libapache2-mod-php8.2", "php8.2-cli"].map((name) => ({
      name,
      from: "8.2.32-1~deb12u1",
      to: "8.2.35-1~deb12u1",
      security: true,
    })),
    { name: "glusterfs-server", from: "10.3-5", to: "10.3-5+deb12u1", security: false },
  ];
};

const createHost = (name: HostName, random: Random, nowMs: number): HostState => {
  const node = isNode(name);
  const bootedAtMs = nowMs - (23 * 86_400 + random.between(0, 80_000)) * 1_000;
  const units = new Map<string, UnitState>();
  let pid = 400;
  for (const [id, description, memoryMb] of [...COMMON_UNITS, ...(node ? NODE_UNITS : BALANCER_UNITS)]) {
    pid += random.between(3, 90);
    const state = unit(id, description, "running", pid, memoryMb);
    units.set(id, { ...state, sinceMs: bootedAtMs + random.between(3_000, 9_000) });
  }
  if (node)
    units.set("php8.2-fpm", {
      ...unit("php8.2-fpm", "The PHP 8.2 FastCGI Process Manager", "dead", 0, 41),
      active: "inactive",
      enabled: false,
      sinceMs: bootedAtMs,
    });
  const memoryKb = (node ? 16 : 4) * GIB_KB;
  return {
    name,
    address: ADDRESS[name],
    up: true,
    silentMs: 0,
    bootedAtMs,
    clockAheadMs: 0,
    logged: [],
    bootId: random.hex(32),
    machineId: random.hex(32),
    cores: node ? 8 : 4,
    memoryKb,
    swapKb: 2 * GIB_KB,
    memoryUsedKb: Math.round(memoryKb * 0.41),
    swapUsedKb: 0,
    load: [0.4, 0.4, 0.4],
    rebootRequired: false,
    units,
    jobs: new Map(),
    disks: disks(name),
    upgrades: upgrades(name),
    upgraded: new Map(),
    interrupted: [],
    rebootingMs: undefined,
  };
};

export const createHosts = (random: Random, nowMs: number): Readonly<Record<HostName, HostState>> => {
  const [web1, web2, web3, lb1] = HOSTS;
  return {
    web1: createHost(web1, random, nowMs),
    web2: createHost(web2, random, nowMs),
    web3: createHost(web3, random, nowMs),
    lb1: createHost(lb1, random, nowMs),
  };
};

/** Is the daemon behind this unit there to answer? */
export const isRunning = (host: HostState, unitName: string): boolean =>
  host.up && host.units.get(unitName)?.active === "active";
