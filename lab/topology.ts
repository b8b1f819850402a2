/** What the lab is made of. Everything else (addresses in configs, checks, inventories) is derived from these lists. */

import { LAB_NUMBER } from "./number.ts";

export type HostRole = "web" | "balancer" | "redis";

export interface LabHost {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly HostRole[];
}

const PREFIX = `10.77.${LAB_NUMBER}`;

/** A network that exists on this machine's bridge and in the hosts' namespaces only; no host has a route out of it. */
export const NETWORK = { bridge: `midwatch${LAB_NUMBER}`, machineAddress: `${PREFIX}.1`, prefixLength: 24 } as const;

export const HOSTS: readonly LabHost[] = [
  { name: "web1", address: `${PREFIX}.11`, roles: ["web"] },
  { name: "web2", address: `${PREFIX}.12`, roles: ["web"] },
  { name: "web3", address: `${PREFIX}.13`, roles: ["web"] },
  { name: "lb1", address: `${PREFIX}.10`, roles: ["balancer", "redis"] },
];

/** Replica 3 on the web hosts; `mount` is where every web host has it. */
export const VOLUMES = [
  { name: "data", mount: "/data", unit: "data.mount" },
  { name: "wp-core", mount: "/wp-core", unit: "wp\\x2dcore.mount" },
] as const;

export const REDIS = [
  { name: "cache", port: 6379, maxMemory: "32mb", policy: "allkeys-lru", save: '""' },
  { name: "sessions", port: 6380, maxMemory: "64mb", policy: "noeviction", save: "300 1 60 100" },
] as const;

export const SITE = {
  name: "shop.example",
  docroot: "/var/www/shop",
  sources: "/var/www",
  shadow: "/wp-core",
} as const;

const withRole = (role: HostRole): readonly LabHost[] => HOSTS.filter((host) => host.roles.includes(role));

export const webHosts = withRole("web");
export const balancers = withRole("balancer");

const first = (hosts: readonly LabHost[], what: string): LabHost => {
  const host = hosts[0];
  if (host === undefined) throw new Error(`the lab's topology has no ${what}`);
  return host;
};

/** The master origin of the shadow sync, and the member that bootstraps when all are equal. */
export const masterHost = first(webHosts, "web host");
export const balancer = first(balancers, "balancer");
export const redisHost = first(withRole("redis"), "Redis host");

export const hostNamed = (name: string): LabHost | undefined => HOSTS.find((host) => host.name === name);
