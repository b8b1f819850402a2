import { posix } from "node:path";
import type { Cluster, HaproxyVia } from "../inventory/cluster.ts";
import { needing, type Need } from "./grants-needs.ts";

const LEVELS = ["user", "operator", "admin"] as const;

/** What one load balancer's runtime socket must allow. */
export interface HaproxySocket {
  readonly level: (typeof LEVELS)[number];
  /** Where the inventory finds it now. */
  readonly via: Exclude<HaproxyVia, { readonly kind: "stats" }>;
  /**
   * A socket for this account alone, when it needs less than the highest level: a level belongs to the socket and not
   * to who comes through it, so lowering it on one that is there would take it from the operators too.
   */
  readonly ownPath: string | undefined;
}

/** Undefined where the account needs no runtime socket: nothing is asked, or the statistics page alone. */
export const haproxySocket = (cluster: Cluster, needs: readonly Need[], host: string): HaproxySocket | undefined => {
  const via = cluster.haproxy?.loadBalancers.find((balancer) => balancer.host === host)?.via;
  const asked = needing(needs, host, "haproxy").map(({ privilege }) => LEVELS.indexOf(privilege.level));
  const level = LEVELS[Math.max(...asked)];
  if (via === undefined || via.kind === "stats" || level === undefined) return undefined;
  const folder = via.kind === "socket" ? posix.dirname(via.path) : "/run/haproxy";
  return { level, via, ownPath: level === "admin" ? undefined : posix.join(folder, "midwatch.sock") };
};

/** Lines for haproxy.cfg, with comments. `haproxy -c` accepts them on HAProxy 2.6. */
export const haproxyLines = (cluster: Cluster, needs: readonly Need[], user: string): readonly string[] =>
  (cluster.haproxy?.loadBalancers ?? []).flatMap(({ host }) => {
    const socket = haproxySocket(cluster, needs, host);
    if (socket === undefined) return [];
    return [...(socket.ownPath === undefined ? shared(host, socket) : own(host, socket, user)), ""];
  });

const shared = (host: string, { via, level }: HaproxySocket): readonly string[] =>
  via.kind === "socket"
    ? [
        `# HAProxy on ${host}, in section global; put the account into the socket's group:`,
        `stats socket ${via.path} mode 660 group haproxy level ${level}`,
      ]
    : [`# HAProxy on ${host}, in section global:`, `stats socket ${via.host}:${via.port} level ${level}`];

const own = (host: string, { via, level, ownPath = "" }: HaproxySocket, user: string): readonly string[] => {
  const there = via.kind === "socket" ? via.path : `${via.host}:${via.port}`;
  const isThere = there === ownPath;
  return [
    `# HAProxy on ${host}, in section global, a socket for this account alone:`,
    `stats socket ${ownPath} user ${user} mode 600 level ${level}`,
    ...(isThere
      ? []
      : [
          `# Leave the line for ${there} as it is: a lower level there would be lower for operators too. In the inventory this`,
          `# account uses, haproxy.load_balancers.${host} is then { socket: ${ownPath} }.`,
        ]),
  ];
};
