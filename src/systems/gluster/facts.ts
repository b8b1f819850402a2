import { pickReading } from "../derive.ts";
import { readingOf, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { liveliest, type UnitState } from "../unit.ts";
import { daemonCommand, poolCommand, processesCommand, versionCommand, volumesCommand } from "./commands.ts";
import { mountFacts, type Mount } from "./mounts.ts";
import type { Peer } from "./parse-pool.ts";
import { hostNamed, POOL } from "./pool.ts";
import { volumeFacts, type Volume } from "./volume.ts";

export interface GlusterFacts {
  /** The host that answers for the pool now. */
  readonly askedOf?: string | undefined;
  readonly hosts: readonly GlusterHost[];
  /** The inventory's, then those it does not name. */
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
  /** Peers of the pool that the inventory does not name. */
  readonly strangers: readonly string[];
}

export interface GlusterHost {
  readonly host: string;
  readonly peer: Reading<PeerState>;
  readonly daemon: Reading<UnitState>;
  /** The daemon that carries out heals there. */
  readonly selfHeal: Reading<boolean>;
  /** Brick processes that run there and are not frozen; known even to an account that may not ask the pool. */
  readonly brickProcesses: Reading<number>;
  readonly version: Reading<string>;
}

export interface PeerState {
  readonly connected: boolean;
  readonly state: string;
}

export const glusterFacts = (context: Context): GlusterFacts => {
  const { cluster, samples } = context;
  const config = cluster.gluster;
  const pool = samples.latest(poolCommand, POOL);
  const peers = readingOf(pool, (value) => value);
  const askedOf = pool.state === "known" ? pool.by : undefined;
  const nameOf = (peer: Peer): string =>
    peer.name === "localhost" ? (askedOf ?? "localhost") : hostNamed(cluster, peer.name);
  const hosts = (config?.hosts ?? []).map((host): GlusterHost => ({
    host,
    peer: pickReading(peers, (list) => peerState(list.find((peer) => nameOf(peer) === host)), "not a peer of the pool"),
    daemon: pickReading(
      readingOf(samples.latest(daemonCommand, host), liveliest),
      (unit) => unit,
      "systemctl knows no such unit",
    ),
    selfHeal: readingOf(samples.latest(processesCommand, host), ({ selfHeal }) => selfHeal),
    brickProcesses: readingOf(
      samples.latest(processesCommand, host),
      ({ bricks }) => bricks.filter(({ frozen }) => !frozen).length,
    ),
    version: readingOf(samples.latest(versionCommand, host), (value) => value),
  }));
  const infos = readingOf(samples.latest(volumesCommand, POOL), (value) => value);
  const expected = (config?.volumes ?? []).map(({ name }) => name);
  const found = infos.state === "known" ? infos.value.map(({ name }) => name) : [];
  return {
    askedOf,
    hosts,
    volumes: [...expected, ...found.filter((name) => !expected.includes(name))].map((name) =>
      volumeFacts(name, expected.includes(name), infos, context),
    ),
    mounts: mountFacts(context),
    strangers:
      peers.state === "known"
        ? peers.value.map(nameOf).filter((name) => config !== undefined && !config.hosts.includes(name))
        : [],
  };
};

const peerState = (peer: Peer | undefined): PeerState | undefined =>
  peer === undefined ? undefined : { connected: peer.connected, state: peer.state ?? "" };
