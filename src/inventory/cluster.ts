import type { Secret } from "./secret.ts";

/** A checked cluster with every default filled in: what all other rooms read. Made by load.ts from the file. */
export interface Cluster {
  readonly name: string;
  readonly description?: string;
  readonly role: Role;
  /** Where it was read from, for messages. */
  readonly source: string;
  /** The embedded cluster says so here; nothing but words on the screen depends on it. */
  readonly demo: boolean;
  readonly hosts: readonly Host[];
  readonly galera?: GaleraConfig;
  readonly gluster?: GlusterConfig;
  readonly redis: readonly RedisConfig[];
  /** The Redis instance that keeps the cluster's lock; absent where there is none. */
  readonly lockRedis?: string;
  readonly haproxy?: HaproxyConfig;
  readonly web?: WebConfig;
  readonly shadow?: ShadowConfig;
  readonly intervals: Intervals;
  readonly thresholds: Thresholds;
}

export type Role = "viewer" | "operator";

export interface Host {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly ("node" | "load-balancer")[];
  readonly ssh: SshConfig;
  /** Extra paths whose file systems matter. */
  readonly disks: readonly string[];
}

/** What the inventory says; what it leaves out comes from ssh_config, then from OpenSSH's defaults. */
export interface SshConfig {
  readonly user?: string;
  readonly port?: number;
  readonly key?: string;
  readonly passphrase?: Secret;
  readonly agent: boolean | string;
  readonly jump?: readonly string[];
  readonly knownHosts?: readonly string[];
  readonly useSshConfig: boolean;
}

export interface GaleraConfig {
  readonly flavour: "mariadb" | "percona";
  readonly members: readonly { readonly host: string; readonly weight: number }[];
  readonly arbitrators: number;
  readonly user: string;
  readonly password?: Secret;
  readonly via: "tunnel" | "direct" | "socket";
  readonly port: number;
  readonly socket: string;
  readonly datadir: string;
  readonly service: string;
}

export interface GlusterConfig {
  readonly hosts: readonly string[];
  readonly volumes: readonly { readonly name: string; readonly mount: string; readonly hosts: readonly string[] }[];
  readonly service: string;
}

export interface RedisConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly purpose: "cache" | "sessions";
  readonly prefix?: string;
  readonly user?: string;
  readonly password?: Secret;
  readonly via: "tunnel" | "direct";
  readonly tls: false | { readonly ca?: string; readonly servername?: string };
}

export type HaproxyVia =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "stats"; readonly url: string };

export interface HaproxyConfig {
  readonly loadBalancers: readonly { readonly host: string; readonly via: HaproxyVia }[];
  /** `server` or `proxy/server` → host name; the latter wins. A server not listed is the host of the same name, if any. */
  readonly servers: Readonly<Record<string, string>>;
  readonly webProxies: readonly string[];
  readonly databaseProxies: readonly string[];
}

export interface WebConfig {
  readonly hosts: readonly string[];
  readonly service: "apache2" | "httpd" | "nginx";
  readonly docroot: string;
  readonly healthUrl: string;
  readonly hostHeader?: string;
  readonly expect?: string;
  readonly statusUrl?: string;
  readonly fpm: readonly string[];
}

export interface ShadowConfig {
  readonly master: string;
  readonly subs: readonly string[];
  readonly script: string;
  readonly state: string;
  readonly intervalMs: number;
  readonly source: string;
  readonly target: string;
}

interface Intervals {
  readonly fastMs: number;
  readonly servicesMs: number;
  readonly glusterMs: number;
  readonly slowMs: number;
  readonly packagesMs: number;
}

/** Shares are 0 to 1. */
export interface Thresholds {
  readonly diskWarning: number;
  readonly diskCritical: number;
  readonly memoryWarning: number;
  readonly loadPerCoreWarning: number;
  readonly clockOffsetWarningMs: number;
  readonly flowControlPausedWarning: number;
  readonly redisMemoryWarning: number;
  readonly sessionLimitWarning: number;
  readonly healthSlowWarningMs: number;
  readonly gcacheWindowWarningMs: number;
  readonly healStalledCriticalMs: number;
  readonly fillingFrom: number;
  readonly fillingWarningMs: number;
  readonly serverErrorsWarning: number;
  readonly conflictsPerSecondWarning: number;
  readonly receiveQueueWarning: number;
  readonly catchUpWarningMs: number;
  readonly healBacklogWarning: number;
  readonly healStandingWarningMs: number;
  readonly syncDeletionsWarning: number;
  readonly packageListsWarningMs: number;
}
