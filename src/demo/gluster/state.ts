import { NODES, VOLUMES, type NodeName, type VolumeName } from "../layout.ts";
import { uuid, type Random } from "../random.ts";

/** The trusted pool: its volumes, and each host's bricks and mounts of them. */
export interface GlusterState {
  readonly peers: Readonly<Record<NodeName, string>>;
  readonly healDaemonPids: Readonly<Record<NodeName, number>>;
  /** When each glusterd was last seen to have started: it starts the bricks that are not there. */
  readonly daemonSeenMs: Record<NodeName, number>;
  readonly volumes: Readonly<Record<VolumeName, VolumeState>>;
}

export interface VolumeState {
  readonly name: VolumeName;
  readonly mount: string;
  readonly id: string;
  readonly bricks: Readonly<Record<NodeName, BrickState>>;
  /** Files whose copies contradict each other: no heal can choose. */
  readonly splitBrain: string[];
  /** Files changed a second at usual traffic. */
  readonly changesPerSecond: number;
  usedKb: number;
  /** Somebody has told the daemons to heal now: they work on it together until nothing is left. */
  healedNow: boolean;
}

export interface BrickState {
  readonly host: NodeName;
  readonly path: string;
  readonly port: number;
  readonly pid: number;
  /** The glusterfsd process; it outlives glusterd, and dies by itself. */
  running: boolean;
  /** Entries this brick keeps for a brick that missed them. */
  pending: number;
  mounted: boolean;
}

const GIB_KB = 1_048_576;

const brick = (host: NodeName, volume: VolumeName, index: number, random: Random): BrickState => ({
  host,
  path: `/bricks/${volume}/brick`,
  port: 49_152 + index * 1_031 + random.between(1, 900),
  pid: 1_100 + index * 211 + random.between(1, 90),
  running: true,
  pending: 0,
  mounted: true,
});

const volume = (index: number, random: Random, changesPerSecond: number, usedGib: number): VolumeState => {
  const { name, mount } = VOLUMES[index] ?? VOLUMES[0];
  return {
    name,
    mount,
    id: uuid(random),
    bricks: {
      web1: brick("web1", name, index, random),
      web2: brick("web2", name, index, random),
      web3: brick("web3", name, index, random),
    },
    splitBrain: [],
    changesPerSecond,
    usedKb: usedGib * GIB_KB,
    healedNow: false,
  };
};

export const createGluster = (random: Random): GlusterState => ({
  peers: { web1: uuid(random), web2: uuid(random), web3: uuid(random) },
  healDaemonPids: { web1: random.between(400, 900), web2: random.between(400, 900), web3: random.between(400, 900) },
  daemonSeenMs: { web1: 0, web2: 0, web3: 0 },
  volumes: { data: volume(0, random, 1.5, 61.2), "wp-core": volume(1, random, 0.05, 6.4) },
});

export const volumesOf = (gluster: GlusterState): readonly VolumeState[] =>
  VOLUMES.map(({ name }) => gluster.volumes[name]);

export const bricksOf = (volume: VolumeState): readonly BrickState[] => NODES.map((name) => volume.bricks[name]);
