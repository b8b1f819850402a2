import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { Role } from "../../src/inventory/cluster.ts";
import type { LabDirs } from "../dirs.ts";
import { HOSTS, REDIS, SITE, VOLUMES, balancers, masterHost, redisHost } from "../topology.ts";
import type { Lab } from "./lab.ts";
import { secretFile, type SecretName } from "./secrets.ts";

interface Account {
  readonly role: Role;
  readonly sshUser: string;
  readonly sqlUser: string;
  readonly sqlSecret: SecretName;
  readonly redisUser: string;
  readonly redisSecret: SecretName;
}

export const ACCOUNTS: Readonly<Record<Role, Account>> = {
  operator: {
    role: "operator",
    sshUser: "ops",
    sqlUser: "midwatch_ops",
    sqlSecret: "sql-ops",
    redisUser: "midwatch_ops",
    redisSecret: "redis-ops",
  },
  viewer: {
    role: "viewer",
    sshUser: "viewer",
    sqlUser: "midwatch_viewer",
    sqlSecret: "sql-viewer",
    redisUser: "midwatch",
    redisSecret: "redis-midwatch",
  },
};

const entries = <T, V>(list: readonly T[], key: (item: T) => string, value: (item: T) => V): Record<string, V> =>
  Object.fromEntries(list.map((item) => [key(item), value(item)]));

/** A viewer may not open HAProxy's socket, so the statistics page must do. */
const balancerAccess = (role: Account["role"]): Record<string, string> =>
  role === "operator" ? { socket: "/run/haproxy/admin.sock" } : { stats_url: "http://127.0.0.1:8404/stats" };

export const inventoryText = (dirs: LabDirs, role: Role, key: string): string => {
  const account = ACCOUNTS[role];
  const secret = (name: SecretName): string => `file:${secretFile(dirs.secrets, name)}`;
  const lab = {
    description: "the lab on this machine",
    role: account.role,
    ssh: { user: account.sshUser, key, agent: false, ssh_config: false, known_hosts: [dirs.knownHosts] },
    hosts: entries(
      HOSTS,
      ({ name }) => name,
      ({ address, roles }) => ({ address, roles: [roles.includes("web") ? "node" : "load-balancer"] }),
    ),
    galera: { flavour: "mariadb", user: account.sqlUser, password: secret(account.sqlSecret) },
    gluster: { volumes: entries(VOLUMES, ({ name }) => name, ({ mount }) => ({ mount })) }, // prettier-ignore
    redis: entries(
      REDIS,
      ({ name }) => name,
      ({ name, port }) => ({
        host: redisHost.name,
        port,
        purpose: name,
        user: account.redisUser,
        password: secret(account.redisSecret),
      }),
    ),
    haproxy: {
      load_balancers: entries(balancers, ({ name }) => name, () => balancerAccess(account.role)), // prettier-ignore
      web: ["web"],
      database: ["mysql"],
    },
    web: {
      docroot: SITE.docroot,
      health_url: "http://127.0.0.1/health.php",
      host_header: SITE.name,
      expect: "healthy",
      status_url: "http://127.0.0.1/server-status?auto",
    },
    shadow: { master: masterHost.name, interval: "3m", source: SITE.sources, target: SITE.shadow },
    // The hosts share one kernel, so that the load they show is this machine's: booting, compiling, testing.
    thresholds: { load_per_core_warning: 50 },
  };
  return `# Written by "npm run lab up"; gone with "npm run lab down".\n${stringify({ clusters: { lab } })}`;
};

/** Inventories for midwatch: one for an operator, one for a viewer. Passwords stay in files of their own. */
export const writeInventories = async (dirs: LabDirs, { keys }: Lab): Promise<void> => {
  await writeFile(dirs.inventory, inventoryText(dirs, "operator", keys.ops.path), { mode: 0o600 });
  await writeFile(dirs.viewerInventory, inventoryText(dirs, "viewer", keys.viewer.path), { mode: 0o600 });
};
