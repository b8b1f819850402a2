/** Who is in the embedded cluster. Everything else is derived from these lists. */
export type NodeName = "web1" | "web2" | "web3";
export type HostName = NodeName | "lb1";

export const NODES = ["web1", "web2", "web3"] as const satisfies readonly NodeName[];
export const HOSTS = ["web1", "web2", "web3", "lb1"] as const satisfies readonly HostName[];

export const isNode = (host: HostName): host is NodeName => host !== "lb1";

/** Addresses as the hosts know each other: the documentation network, so that nothing could ever be reached by them. */
export const ADDRESS: Readonly<Record<HostName, string>> = {
  web1: "192.0.2.11",
  web2: "192.0.2.12",
  web3: "192.0.2.13",
  lb1: "192.0.2.10",
};

export const CLUSTER = "shop";
export const MASTER: NodeName = "web1";

export const VOLUMES = [
  { name: "data", mount: "/data" },
  { name: "wp-core", mount: "/wp-core" },
] as const;
export type VolumeName = (typeof VOLUMES)[number]["name"];

export const SITE = { name: "shop.example", docroot: "/var/www/shop", health: "/health.php" } as const;

/**
 * Accounts: `ops` has sudo for everything, `viewer` for nothing; `midwatch` is the account in the services that
 * looks, at the cluster's lock too, `midwatch_ops` the one that may also keep it. */
export const ACCOUNTS = {
  operator: "ops",
  viewer: "viewer",
  service: "midwatch",
  serviceOperator: "midwatch_ops",
} as const;

/** The versions Debian 12 carries. */
export const VERSIONS = {
  mariadb: "10.11.18",
  galera: "4.23(rXXXX)",
  gluster: "10.3",
  redis: "7.0.15",
  haproxy: "2.6.12-1+deb12u3",
  apache: "2.4.68",
  php: "8.2.32",
} as const;
