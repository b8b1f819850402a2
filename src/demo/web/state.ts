import { isRunning } from "../host/state.ts";
import { NODES, type NodeName } from "../layout.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";

/** Apache and PHP on one node. */
export interface WebState {
  readonly name: NodeName;
  /** libphp8.2.so is on disk. */
  moduleInstalled: boolean;
  /** mods-enabled has the links, whether or not they lead anywhere. */
  moduleEnabled: boolean;
  /** The running Apache has it. */
  moduleLoaded: boolean;
  accesses: number;
  kilobytes: number;
  busyWorkers: number;
  readonly maxWorkers: number;
  responseMs: number;
}

const create = (name: NodeName, random: Random): WebState => ({
  name,
  moduleInstalled: true,
  moduleEnabled: true,
  moduleLoaded: true,
  accesses: random.between(8, 10) * 1_000_000,
  kilobytes: random.between(100, 130) * 1_000_000,
  busyWorkers: 3,
  maxWorkers: 150,
  responseMs: 20,
});

export const createWeb = (random: Random): Readonly<Record<NodeName, WebState>> => {
  const [web1, web2, web3] = NODES;
  return { web1: create(web1, random), web2: create(web2, random), web3: create(web3, random) };
};

/** What a request for the health page comes to. */
export type Health = "silent" | "refused" | "source" | "ok";

export const healthOf = (world: World, node: NodeName): Health => {
  const host = world.hosts[node];
  if (!host.up) return "silent";
  if (!isRunning(host, "apache2")) return "refused";
  if (!world.web[node].moduleLoaded) return "source";
  return "ok";
};
