import type { Brick } from "../../../src/systems/gluster/brick.ts";
import type { GlusterFacts } from "../../../src/systems/gluster/facts.ts";
import type { Volume } from "../../../src/systems/gluster/volume.ts";
import { unknownReading, type Reading } from "../../../src/systems/reading.ts";
import { AT_MS } from "../kit.ts";

const known = <T>(value: T): Reading<T> => ({ state: "known", value, atMs: AT_MS });

const dark = unknownReading("timeout", "no answer in 45 s");

export interface ModelVolume {
  readonly name: string;
  readonly replicas: number;
  /** One brick each, in order; neighbours hold the same files. */
  readonly bricks: readonly ModelBrick[];
  readonly toHeal?: number | "unknown";
  readonly splitBrain?: number;
}

export interface ModelBrick {
  readonly host: string;
  readonly online: boolean | "unknown";
  readonly arbiter?: boolean;
}

/** Facts of a pool, as the room would make them of what such bricks answer. */
export const glusterModel = (hosts: readonly string[], volumes: readonly ModelVolume[]): GlusterFacts => ({
  askedOf: hosts[0],
  hosts: hosts.map((host) => ({
    host,
    peer: known({ connected: true, state: "Peer in Cluster" }),
    daemon: dark,
    selfHeal: known(true),
    brickProcesses: known(1),
    version: known("10.3"),
  })),
  volumes: volumes.map((volume) => volumeOf(volume)),
  mounts: [],
  strangers: [],
});

const volumeOf = ({ name, replicas, bricks, toHeal = 0, splitBrain = 0 }: ModelVolume): Volume => ({
  name,
  expected: true,
  info: known({ status: "Started", type: "Replicate", replicas, selfHeal: true }),
  bricks: bricks.map((brick) => brickOf(name, brick)),
  pending:
    toHeal === "unknown"
      ? dark
      : known({
          count: toHeal + splitBrain,
          splitBrain,
          silentBricks: bricks.filter(({ online }) => online !== true).length,
        }),
  trend: dark,
  splitBrain: dark,
});

const brickOf = (volume: string, { host, online, arbiter = false }: ModelBrick): Brick => ({
  host,
  path: `/bricks/${volume}/brick`,
  arbiter,
  connected: online === "unknown" ? dark : known(online),
  process: dark,
  online: online === "unknown" ? dark : known(online),
  pending: online === true ? known(0) : dark,
});
