import type { Cluster } from "../../inventory/cluster.ts";

/** What elected answers about the whole pool are filed under. */
export const POOL = "pool";

/** Where elected answers about one volume are filed. */
export const volumeTarget = (name: string): string => `volume ${name}`;

/** The inventory's name for a host that Gluster calls by another: its address, or with its domain. */
export const hostNamed = (cluster: Cluster, name: string): string => {
  const known = cluster.hosts.find(
    (host) =>
      host.name === name ||
      host.address === name ||
      host.name === name.split(".")[0] ||
      host.address.split(".")[0] === name,
  );
  return known?.name ?? name;
};
