import { LOOPBACK } from "../connect/routes.ts";
import type { Cluster, GaleraConfig, RedisConfig } from "../inventory/cluster.ts";
import { haproxySocket } from "./grants-haproxy.ts";
import { needing, type Need } from "./grants-needs.ts";

/** What sshd lets a key do on one host: run commands, and reach exactly what midwatch asks through it. */
export const keyOptions = (cluster: Cluster, needs: readonly Need[], host: string): string => {
  const through = placesThrough(cluster, needs, host);
  const sockets = needsSocket(cluster, needs, host);
  return [
    "restrict",
    ...(through.length > 0 || sockets ? ["port-forwarding"] : []),
    // sshd knows no list of unix sockets: their own modes say who may open them.
    ...through.map((place) => `permitopen="${place}"`),
    ...(through.length === 0 && sockets ? ['permitopen="localhost:1"'] : []),
  ].join(",");
};

/** host:port, as seen from the host. */
const placesThrough = (cluster: Cluster, needs: readonly Need[], host: string): readonly string[] => {
  const { galera, redis, haproxy } = cluster;
  const via = haproxy?.loadBalancers.find((balancer) => balancer.host === host)?.via;
  const pages = needing(needs, host, "http").flatMap(({ ask }) => (ask.send.kind === "http" ? [ask.send.url] : []));
  return unique([
    ...(galera?.via === "tunnel" && galera.members.some((member) => member.host === host)
      ? [`${LOOPBACK}:${galera.port}`]
      : []),
    ...redis.flatMap((instance) =>
      instance.via === "tunnel" && instance.host === host ? [`${LOOPBACK}:${instance.port}`] : [],
    ),
    ...(via?.kind === "tcp" && haproxySocket(cluster, needs, host)?.ownPath === undefined
      ? [`${via.host.includes(":") ? `[${via.host}]` : via.host}:${via.port}`]
      : []),
    ...[...pages, ...(via?.kind === "stats" ? [via.url] : [])].map(placeOf),
  ]);
};

const needsSocket = (cluster: Cluster, needs: readonly Need[], host: string): boolean =>
  (cluster.galera?.via === "socket" && needing(needs, host, "sql").length > 0) ||
  haproxySocket(cluster, needs, host)?.ownPath !== undefined ||
  cluster.haproxy?.loadBalancers.some((balancer) => balancer.host === host && balancer.via.kind === "socket") === true;

const placeOf = (url: string): string => {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
};

/** From where members see the account come. */
const SQL_FROM = { socket: ["localhost"], tunnel: ["localhost", "127.0.0.1"], direct: ["%"] } as const;

export interface SqlAccount {
  /** `'midwatch'@'localhost'` */
  readonly account: string;
  readonly grants: readonly string[];
}

/** The account, once for every name a member may know it by. */
export const sqlAccounts = (
  { galera }: Cluster,
  needs: readonly Need[],
  user = galera?.user,
): readonly SqlAccount[] => {
  if (galera === undefined || user === undefined) return [];
  const grants = needs
    .flatMap(({ ask: { privilege } }) => (privilege.need === "sql" ? privilege.grants : []))
    .flatMap((grant) => ofFlavour(grant, galera.flavour));
  return SQL_FROM[galera.via].map((from) => ({ account: `'${user}'@'${from}'`, grants: unique(grants) }));
};

/** `SUPER ON *.* (MariaDB)` is a grant of that flavour alone. */
const ofFlavour = (grant: string, flavour: GaleraConfig["flavour"]): readonly string[] => {
  const [, text = grant, of] = /^(.*) \((MariaDB|Percona)\)$/.exec(grant) ?? [];
  return of === undefined || of.toLowerCase() === flavour ? [text] : [];
};

/** What follows name and password in `ACL SETUSER`. */
export const redisRights = ({ name, prefix }: RedisConfig, needs: readonly Need[]): string => {
  const acl = unique(needing(needs, name, "redis").flatMap(({ privilege }) => privilege.acl));
  const isKey = (rule: string): boolean => /^[~%]/.test(rule);
  return [
    "resetkeys",
    ...acl.filter(isKey),
    ...(prefix === undefined ? [] : [`%R~${prefix}*`]),
    "resetchannels -@all +ping +auth",
    ...acl.filter((rule) => !isKey(rule)),
  ].join(" ");
};

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
