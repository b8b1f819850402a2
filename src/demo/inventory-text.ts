import { stringify } from "yaml";
import { ACCOUNTS, CLUSTER, HOSTS, isNode, MASTER, SITE, VOLUMES, type HostName } from "./layout.ts";

/** Where this run's things are. */
export interface Places {
  readonly ports: Readonly<Record<HostName, number>>;
  readonly knownHosts: string;
  readonly sqlPassword: string;
  readonly redisPassword: string;
  readonly redisOperatorPassword: string;
}

export interface Account {
  readonly role: "operator" | "viewer";
  readonly user: string;
  readonly key: string;
}

const entries = <T, V>(list: readonly T[], key: (item: T) => string, value: (item: T) => V): Record<string, V> =>
  Object.fromEntries(list.map((item) => [key(item), value(item)]));

/** An inventory as an operator would write it for a real cluster like this one. */
export const inventoryText = (places: Places, account: Account): string => {
  const redis = (port: number, purpose: "cache" | "sessions"): object => ({
    host: "lb1",
    port,
    purpose,
    user: account.role === "operator" ? ACCOUNTS.serviceOperator : ACCOUNTS.service,
    password: `file:${account.role === "operator" ? places.redisOperatorPassword : places.redisPassword}`,
  });
  const cluster = {
    description: "three nodes and a load balancer, in the box",
    role: account.role,
    ssh: { user: account.user, key: account.key, agent: false, ssh_config: false, known_hosts: [places.knownHosts] },
    hosts: entries(
      HOSTS,
      (host) => host,
      (host) => ({
        address: "127.0.0.1",
        roles: [isNode(host) ? "node" : "load-balancer"],
        ssh: { port: places.ports[host] },
      }),
    ),
    galera: { flavour: "mariadb", user: ACCOUNTS.service, password: `file:${places.sqlPassword}` },
    gluster: {
      volumes: entries(
        VOLUMES,
        ({ name }) => name,
        ({ mount }) => ({ mount }),
      ),
    },
    redis: { cache: redis(6_379, "cache"), sessions: redis(6_380, "sessions") },
    haproxy: {
      // A viewer may not open the socket, so the statistics page must do.
      load_balancers: {
        lb1:
          account.role === "operator"
            ? { socket: "/run/haproxy/admin.sock" }
            : { stats_url: "http://127.0.0.1:8404/stats" },
      },
      web: ["web"],
      database: ["mysql"],
    },
    web: {
      docroot: SITE.docroot,
      health_url: `http://127.0.0.1${SITE.health}`,
      host_header: SITE.name,
      expect: "healthy",
      status_url: "http://127.0.0.1/server-status?auto",
    },
    shadow: { master: MASTER, interval: "3m", source: "/var/www", target: "/wp-core" },
  };
  return `# Written for one run of the embedded cluster; gone when it ends.\n${stringify({ clusters: { [CLUSTER]: cluster } })}`;
};
