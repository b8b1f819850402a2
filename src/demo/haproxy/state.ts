import { NODES, type NodeName } from "../layout.ts";
import type { Random } from "../random.ts";

/** lb1's HAProxy: its proxies, servers and what the checks last said. */
export interface HaproxyState {
  readonly startedAtMs: number;
  readonly pid: number;
  readonly web: ProxyState;
  readonly mysql: ProxyState;
  requests: number;
  connections: number;
  /** The file that was dumped last. */
  dumped: { readonly path: string; readonly text: string; readonly atMs: number } | undefined;
  /** When its unit last started, and how often it was reloaded, as far as this was noticed. */
  startSeenMs: number;
  reloadsSeen: number;
}

export interface ProxyState {
  readonly id: number;
  readonly name: string;
  readonly mode: "http" | "tcp";
  readonly servers: Readonly<Record<NodeName, ServerState>>;
  /** Totals of the side that clients see. */
  readonly front: Counters;
  up: boolean;
  sinceMs: number;
}

export interface Counters {
  scur: number;
  smax: number;
  stot: number;
  bin: number;
  bout: number;
  rate: number;
  rateMax: number;
  errors: number;
  /** Answers by first digit, 1 to 5, then others. */
  readonly responses: [number, number, number, number, number, number];
}

export interface ServerState {
  readonly id: number;
  readonly name: NodeName;
  readonly address: string;
  readonly port: number;
  readonly backup: boolean;
  /** `maxconn`; a database server has none. */
  readonly maxSessions: number | undefined;
  readonly counters: Counters;
  weight: number;
  /** srv_admin_state's bits: 0x01 forced maintenance, 0x08 forced drain. */
  admin: number;
  up: boolean;
  check: CheckResult;
  /** Checks in a row that contradicted `up`. */
  contradicted: number;
  untilCheckMs: number;
  sinceMs: number;
  checkFailures: number;
  checkDowns: number;
  downtimeMs: number;
  lastSessionMs: number;
}

export interface CheckResult {
  /** As the stats print it: L7OK, L4CON, L4TOUT, L7STS … */
  readonly status: string;
  readonly code: number | undefined;
  readonly durationMs: number;
  readonly description: string;
  readonly text: string;
}

export const ADMIN = { maint: 0x01, drain: 0x08 } as const;

export const isMaint = (server: ServerState): boolean => (server.admin & ADMIN.maint) !== 0;
export const isDrain = (server: ServerState): boolean => !isMaint(server) && (server.admin & ADMIN.drain) !== 0;

/** May it be given new work? */
export const takesNew = (server: ServerState): boolean =>
  server.up && !isMaint(server) && !isDrain(server) && server.weight > 0;

export const serversOf = (proxy: ProxyState): readonly ServerState[] => NODES.map((name) => proxy.servers[name]);

/** The servers that get new work: the backups only when nobody else is left, and then the first of them. */
export const chosen = (proxy: ProxyState): readonly ServerState[] => {
  const able = serversOf(proxy).filter(takesNew);
  const first = able.filter((server) => !server.backup);
  return first.length > 0 ? first : able.slice(0, 1);
};

/** The member that gets the sites' SQL now. */
export const writer = (haproxy: HaproxyState): NodeName | undefined => chosen(haproxy.mysql)[0]?.name;

const counters = (random: Random, scale: number): Counters => {
  const total = random.between(9, 11) * scale;
  return {
    scur: 0,
    smax: random.between(38, 62),
    stot: total,
    bin: total * 812,
    bout: total * 14_230,
    rate: 0,
    rateMax: random.between(60, 90),
    errors: random.between(0, 9),
    responses: [0, Math.round(total * 0.96), Math.round(total * 0.03), Math.round(total * 0.01), 0, 0],
  };
};

export const passed = (durationMs: number): CheckResult => ({
  status: "L7OK",
  code: 200,
  durationMs,
  description: "Layer7 check passed",
  text: "",
});

const proxy = (id: number, name: string, mode: "http" | "tcp", random: Random, nowMs: number): ProxyState => {
  const startedAtMs = nowMs - 8.2 * 86_400_000;
  const server = (node: NodeName, index: number): ServerState => ({
    id: index + 1,
    name: node,
    address: `192.0.2.${11 + index}`,
    port: mode === "http" ? 80 : 3306,
    backup: mode === "tcp" && index > 0,
    maxSessions: mode === "http" ? 64 : undefined,
    counters:
      mode === "tcp" && index > 0
        ? { ...counters(random, 0), smax: 0, rateMax: 0, errors: 0 }
        : counters(random, 900_000),
    weight: 1,
    admin: 0,
    up: true,
    check: passed(mode === "http" ? 3 : 41),
    contradicted: 0,
    untilCheckMs: random.between(0, 2_000),
    sinceMs: startedAtMs,
    checkFailures: 0,
    checkDowns: 0,
    downtimeMs: 0,
    lastSessionMs: mode === "tcp" && index > 0 ? -1 : nowMs,
  });
  return {
    id,
    name,
    mode,
    servers: { web1: server("web1", 0), web2: server("web2", 1), web3: server("web3", 2) },
    front: counters(random, 2_700_000),
    up: true,
    sinceMs: startedAtMs,
  };
};

export const createHaproxy = (random: Random, nowMs: number): HaproxyState => ({
  startedAtMs: nowMs - 8.2 * 86_400_000,
  pid: random.between(600, 900),
  web: proxy(3, "web", "http", random, nowMs),
  mysql: proxy(4, "mysql", "tcp", random, nowMs),
  requests: 27_411_902,
  connections: 30_118_442,
  dumped: undefined,
  startSeenMs: 0,
  reloadsSeen: 0,
});
