import type { Cluster, Host, SshConfig } from "../../../src/inventory/cluster.ts";
import { shop } from "../../systems/kit.ts";

interface HostSettings extends Partial<SshConfig> {
  readonly name: string;
  readonly address: string;
}

/** A host with nothing of the machine's own SSH settings in it, unless a test says so. */
export const host = ({ name, address, ...ssh }: HostSettings): Host => ({
  name,
  address,
  roles: ["node"],
  ssh: { agent: false, useSshConfig: false, ...ssh },
  disks: [],
});

export const cluster = (hosts: readonly Host[]): Cluster => ({
  name: "test",
  role: "viewer",
  source: "test",
  demo: false,
  hosts,
  redis: [],
  intervals: { fastMs: 2000, servicesMs: 10_000, glusterMs: 15_000, slowMs: 300_000, packagesMs: 600_000 },
  thresholds: shop.thresholds,
});
