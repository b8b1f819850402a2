import type { HostCommand, Privilege } from "../../connect/command.ts";
import { parseUnits, unitArgv, type UnitState } from "../unit.ts";
import { parseHeal, type BrickHeal } from "./parse-heal.ts";
import { parseMounts, type MountEntry, type MountsParams } from "./parse-mounts.ts";
import { parseOpVersion, type OpVersion } from "./parse-op-version.ts";
import { parsePool, type Peer } from "./parse-pool.ts";
import { parseProcesses, type Processes } from "./parse-processes.ts";
import { parseSpace, SPACE_FORMAT, type Liveness } from "./parse-space.ts";
import { parseSplitBrain, type SplitBrain } from "./parse-split-brain.ts";
import { parseVersion } from "./parse-version.ts";
import { parseVolumes, type VolumeInfo } from "./parse-volumes.ts";

const ROOT: Privilege = { need: "root", why: "glusterd answers root only" };

/**
 * No prompts; nothing in cli.log for a question asked every few seconds, nor 7 KB a time in glfsheal's; and an end of
 * its own, because the CLI would wait two minutes for an answer.
 */
const gluster = (timeoutS: number, ...words: readonly string[]): readonly string[] => [
  "/usr/sbin/gluster",
  "--mode=script",
  "--log-level=ERROR",
  "--nolog",
  `--timeout=${timeoutS}`,
  ...words,
];

export const poolCommand: HostCommand<readonly Peer[], void, "read"> = {
  id: "gluster.pool",
  kind: "host",
  effect: "read",
  asks: "which peers the pool has and which are connected, as one host sees it",
  privilege: ROOT,
  deadlineMs: 8_000,
  lane: "own",
  argv: () => gluster(6, "--xml", "pool", "list"),
  parse: parsePool,
};

export const volumesCommand: HostCommand<readonly VolumeInfo[], void, "read"> = {
  id: "gluster.volumes",
  kind: "host",
  effect: "read",
  asks: "which volumes there are and which bricks they are made of",
  privilege: ROOT,
  deadlineMs: 8_000,
  lane: "own",
  argv: () => gluster(6, "--xml", "volume", "info", "all"),
  parse: parseVolumes,
};

export interface VolumeParams {
  readonly volume: string;
}

/**
 * A client of its own that connects to every brick: tells which answer and what each has to heal, and takes no lock of
 * the pool. `volume status` and `heal statistics heal-count` take it, and with a peer cut off from the network they
 * hang for more than two minutes and keep the operator's own commands out meanwhile (10.3); this one answers in 10 s.
 * The price: it looks at every pending entry, 3,000 in 5 s on the lab, so with some 25,000 it does not end in time.
 */
export const healCommand: HostCommand<readonly BrickHeal[], VolumeParams, "read"> = {
  id: "gluster.heal",
  kind: "host",
  effect: "read",
  asks: "which bricks of a volume answer a client, and how many entries each has to heal",
  privilege: ROOT,
  deadlineMs: 45_000,
  lane: "own",
  argv: ({ volume }) => gluster(45, "--xml", "volume", "heal", volume, "info", "summary"),
  parse: parseHeal,
};

/** As {@link healCommand}; asked seldom, because the number of files in split-brain is known from there already. */
export const splitBrainCommand: HostCommand<SplitBrain, VolumeParams, "read"> = {
  id: "gluster.split_brain",
  kind: "host",
  effect: "read",
  asks: "which files of a volume have copies that contradict each other",
  privilege: ROOT,
  deadlineMs: 45_000,
  lane: "own",
  argv: ({ volume }) => gluster(45, "--xml", "volume", "heal", volume, "info", "split-brain"),
  parse: parseSplitBrain,
};

export const mountsCommand: HostCommand<readonly MountEntry[], MountsParams, "read"> = {
  id: "gluster.mounts",
  kind: "host",
  effect: "read",
  asks: "what is really mounted where the volumes must be; touches no file system",
  privilege: { need: "login" },
  deadlineMs: 3_000,
  lane: "batch",
  argv: () => ["cat", "/proc/self/mountinfo"],
  parse: parseMounts,
};

export interface SpaceParams {
  readonly path: string;
}

/** In a process of its own that may be left behind: on a hung mount it never comes back. */
export const spaceCommand: HostCommand<Liveness, SpaceParams, "read"> = {
  id: "gluster.space",
  kind: "host",
  effect: "read",
  asks: "whether a mounted volume answers, and its free space and inodes",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  lane: "own",
  argv: ({ path }) => ["stat", "-f", "-c", SPACE_FORMAT, path],
  parse: parseSpace,
};

export interface DaemonParams {
  readonly service: string;
}

export const daemonCommand: HostCommand<readonly UnitState[], DaemonParams, "read"> = {
  id: "gluster.unit",
  kind: "host",
  effect: "read",
  asks: "whether glusterd runs; its bricks run without it",
  privilege: { need: "login" },
  deadlineMs: 3_000,
  lane: "batch",
  argv: ({ service }) => unitArgv([service]),
  parse: parseUnits,
};

/** Batch and without root: what runs here is known even when the pool cannot be asked. */
export const processesCommand: HostCommand<Processes, void, "read"> = {
  id: "gluster.processes",
  kind: "host",
  effect: "read",
  asks: "which brick and self-heal processes run on a host",
  privilege: { need: "login" },
  deadlineMs: 3_000,
  lane: "batch",
  argv: () => ["ps", "-ww", "-C", "glusterd,glusterfsd,glusterfs", "-o", "stat=,etimes=,args="],
  parse: parseProcesses,
};

export const versionCommand: HostCommand<string, void, "read"> = {
  id: "gluster.version",
  kind: "host",
  effect: "read",
  asks: "the installed version of GlusterFS",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  lane: "batch",
  argv: () => ["/usr/sbin/gluster", "--version"],
  parse: parseVersion,
};

/** Raised by hand once every server and client is new: it cannot be lowered again. */
export const opVersionCommand: HostCommand<OpVersion, void, "read"> = {
  id: "gluster.op_version",
  kind: "host",
  effect: "read",
  asks: "which version of its protocol the pool speaks, and which it could",
  privilege: ROOT,
  deadlineMs: 15_000,
  lane: "own",
  argv: () => gluster(10, "volume", "get", "all", "all"),
  parse: parseOpVersion,
};
