import { readFile } from "node:fs/promises";
import type { Cluster, Host, RedisConfig } from "../inventory/cluster.ts";
import type { Secret } from "../inventory/secret.ts";
import type { Connector } from "./connector.ts";
import { dialDirect, dialThrough, dialTls, type Dial } from "./dial.ts";
import { shortText } from "./failure.ts";
import { haproxyConnector } from "./haproxy.ts";
import { haproxyStatsConnector } from "./haproxy-stats.ts";
import { httpConnector } from "./http.ts";
import { noPassword, passwordSource, type PasswordSource } from "./login.ts";
import { mysqlConnector } from "./mysql.ts";
import { redisConnector } from "./redis.ts";
import { problem } from "./ssh/problem.ts";
import type { SshSessions } from "./ssh/sessions.ts";

/** Which connector answers which kind of ask about which target; host commands go to the SSH sessions themselves. */
export interface Routes {
  readonly sql: ReadonlyMap<string, Connector>;
  readonly redis: ReadonlyMap<string, Connector>;
  readonly haproxy: ReadonlyMap<string, Connector>;
  readonly http: ReadonlyMap<string, Connector>;
}

/** Everything the inventory describes; nothing is connected before it is asked. */
export const routesOf = (cluster: Cluster, sessions: SshSessions): Routes => {
  const passwords = sharedPasswords();
  const hosts = new Map(cluster.hosts.map((host) => [host.name, host]));
  return {
    sql: memberRoutes(cluster, hosts, sessions, passwords),
    redis: new Map(cluster.redis.map((redis) => [redis.name, redisRoute(redis, hosts, sessions, passwords)])),
    haproxy: balancerRoutes(cluster, sessions),
    http: new Map(
      cluster.hosts.map(({ name }) => [name, httpConnector(`HTTP on ${name}`, dialFrom(sessions, name))] as const),
    ),
  };
};

const memberRoutes = (
  { galera }: Cluster,
  hosts: ReadonlyMap<string, Host>,
  sessions: SshSessions,
  passwords: Passwords,
): ReadonlyMap<string, Connector> => {
  if (galera === undefined) return new Map();
  const { user, flavour, via, port, socket } = galera;
  const password = passwords(galera.password);
  const product = flavour === "mariadb" ? "MariaDB" : "Percona XtraDB Cluster";
  return new Map(
    galera.members.map(({ host }) => {
      const where = `${product} on ${host}`;
      const dial =
        via === "direct"
          ? dialDirect(addressOf(hosts, host), port, `${where} (${addressOf(hosts, host)}:${port})`)
          : dialThrough(sessions, host, via === "socket" ? { socketPath: socket } : { host: LOOPBACK, port });
      return [host, mysqlConnector({ where, user, flavour, password, dial })];
    }),
  );
};

const redisRoute = (
  redis: RedisConfig,
  hosts: ReadonlyMap<string, Host>,
  sessions: SshSessions,
  passwords: Passwords,
): Connector => {
  const { name, host, port, via, tls, user } = redis;
  const where = `Redis ${name} on ${host}`;
  const plain =
    via === "direct"
      ? dialDirect(addressOf(hosts, host), port, `${where} (${addressOf(hosts, host)}:${port})`)
      : dialThrough(sessions, host, { host: LOOPBACK, port });
  const servername = tls === false ? undefined : (tls.servername ?? addressOf(hosts, host));
  const dial = tls === false || servername === undefined ? plain : dialVerified(plain, servername, tls.ca, where);
  return redisConnector({ name, where, user, password: passwords(redis.password), dial });
};

/** TLS with a certificate authority from a file, read when it is needed: it may be renewed while midwatch runs. */
const dialVerified =
  (plain: Dial, servername: string, caPath: string | undefined, where: string): Dial =>
  async (deadlineMs) => {
    if (caPath === undefined) return dialTls(plain, { servername, verify: true }, where)(deadlineMs);
    try {
      const ca = await readFile(caPath, "utf8");
      return await dialTls(plain, { servername, verify: true, ca }, where)(deadlineMs);
    } catch (error) {
      const why = shortText(error instanceof Error ? error.message : String(error));
      return { ok: false, ...problem("failed", `${where}: tls.ca cannot be read: ${why}`) };
    }
  };

const balancerRoutes = ({ haproxy }: Cluster, sessions: SshSessions): ReadonlyMap<string, Connector> =>
  new Map(
    (haproxy?.loadBalancers ?? []).map(({ host, via }) => {
      const where = `HAProxy on ${host}`;
      switch (via.kind) {
        case "socket":
          return [host, haproxyConnector(where, dialThrough(sessions, host, { socketPath: via.path }))];
        case "tcp":
          return [host, haproxyConnector(where, dialThrough(sessions, host, { host: via.host, port: via.port }))];
        case "stats":
          return [host, haproxyStatsConnector(where, via.url, dialFrom(sessions, host))];
      }
    }),
  );

const dialFrom =
  (sessions: SshSessions, from: string) =>
  (host: string, port: number): Dial =>
    dialThrough(sessions, from, { host, port });

export const LOOPBACK = "127.0.0.1";

const addressOf = (hosts: ReadonlyMap<string, Host>, name: string): string => hosts.get(name)?.address ?? name;

type Passwords = (secret: Secret | undefined) => PasswordSource;

/** One fetch per secret, however many members share it: a password manager asks its question once. */
const sharedPasswords = (): Passwords => {
  const sources = new Map<string, PasswordSource>();
  return (secret) => {
    if (secret === undefined) return noPassword;
    const key = JSON.stringify(secret);
    const source = sources.get(key) ?? passwordSource(secret);
    sources.set(key, source);
    return source;
  };
};
