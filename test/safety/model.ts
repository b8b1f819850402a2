import type { Cluster, Host } from "../../src/inventory/cluster.ts";
import { verdictOf, type Verdict } from "../../src/safety/verdict.ts";
import { galera } from "../../src/systems/galera/index.ts";
import { gluster } from "../../src/systems/gluster/index.ts";
import type { HaproxyFacts, ServerView } from "../../src/systems/haproxy/facts-schema.ts";
import { haproxy } from "../../src/systems/haproxy/index.ts";
import { unknownReading, type Reading } from "../../src/systems/reading.ts";
import { AT_MS, lookAt, shop } from "../systems/kit.ts";
import { galeraModel } from "../systems/galera/model.ts";
import { glusterModel } from "../systems/gluster/model.ts";

/** How a model cluster really stands: what is lost or kept is read from here, never from what the rooms made of it. */
export interface Truth {
  readonly members: readonly { readonly host: string; readonly votes: number; readonly up: boolean }[];
  readonly arbitrators: number;
  readonly volumes: readonly TrueVolume[];
  readonly balancers: readonly { readonly host: string; readonly up: boolean }[];
  readonly servers: readonly { readonly host: string; readonly up: boolean; readonly sessions: number }[];
  readonly hosts: readonly string[];
}

export interface TrueVolume {
  readonly name: string;
  readonly replicas: number;
  readonly bricks: readonly {
    readonly host: string;
    readonly up: boolean;
    readonly good: boolean;
    readonly arbiter: boolean;
  }[];
}

/** What cannot be asked. */
export type Hidden =
  | { readonly what: "member" | "settings" | "brick" | "balancer" | "peer"; readonly host: string }
  | { readonly what: "heal" };

const known = <T>(value: T): Reading<T> => ({ state: "known", value, atMs: AT_MS });

const dark = unknownReading("timeout", "no answer");

const SESSION_LIMIT = 100;

const clusterOf = ({ hosts, balancers, members, arbitrators, volumes }: Truth): Cluster => {
  const { galera: sql, gluster: files } = shop;
  if (sql === undefined || files === undefined) throw new Error("the test cluster lacks a system");
  const isBalancer = new Set(balancers.map(({ host }) => host));
  const host = (name: string): Host => ({
    name,
    address: name,
    roles: [isBalancer.has(name) ? "load-balancer" : "node"],
    ssh: { agent: false, useSshConfig: false },
    disks: [],
  });
  return {
    ...shop,
    hosts: hosts.map((name) => host(name)),
    galera: { ...sql, arbitrators, members: members.map(({ host: name, votes }) => ({ host: name, weight: votes })) },
    gluster: {
      ...files,
      hosts: [...new Set(volumes.flatMap(({ bricks }) => bricks.map((brick) => brick.host)))],
      volumes: volumes.map(({ name }) => ({ name, mount: `/${name}`, hosts: [] })),
    },
    haproxy: {
      loadBalancers: balancers.map(({ host: name }) => ({ host: name, via: { kind: "socket", path: "/run/s" } })),
      servers: {},
      webProxies: ["web"],
      databaseProxies: [],
    },
  };
};

/** What three rooms say of taking `host` out, from facts as they would make them of such a cluster. */
export const verdictOn = (truth: Truth, host: string, hidden: readonly Hidden[] = []): Verdict => {
  const cluster = clusterOf(truth);
  const { context } = lookAt(galera, {}, { cluster });
  const hides = (what: Hidden["what"], name?: string) =>
    hidden.some((each) => each.what === what && (!("host" in each) || each.host === name));
  const reasons = [
    ...galera.reasons(galeraFacts(truth, hides), host, context).map((reason) => ({ ...reason, system: galera.id })),
    ...gluster.reasons(glusterFacts(truth, hides), host, context).map((reason) => ({ ...reason, system: gluster.id })),
    ...haproxy.reasons(haproxyFacts(truth, hides), host, context).map((reason) => ({ ...reason, system: haproxy.id })),
  ];
  return verdictOf(host, reasons);
};

type Hides = (what: Hidden["what"], host?: string) => boolean;

const galeraFacts = ({ members, arbitrators }: Truth, hides: Hides) => {
  const facts = galeraModel(
    members.map(({ host, votes, up }) => ({
      host,
      weight: votes,
      presence: hides("member", host) ? "unknown" : up ? "answers" : "stopped",
    })),
    arbitrators,
  );
  return {
    ...facts,
    members: facts.members.map((member) => (hides("settings", member.host) ? { ...member, settings: dark } : member)),
  };
};

const glusterFacts = ({ volumes }: Truth, hides: Hides) => {
  const hosts = [...new Set(volumes.flatMap(({ bricks }) => bricks.map(({ host }) => host)))];
  const facts = glusterModel(
    hosts,
    volumes.map(({ name, replicas, bricks }) => ({
      name,
      replicas,
      bricks: bricks.map(({ host, up, arbiter }) => ({ host, arbiter, online: hides("brick", host) ? "unknown" : up })),
      toHeal: hides("heal") ? "unknown" : bricks.filter(({ up, good }) => up && !good).length,
    })),
  );
  const away = (host: string) => volumes.some(({ bricks }) => bricks.some((brick) => brick.host === host && !brick.up));
  return {
    ...facts,
    hosts: facts.hosts.map((each) => ({
      ...each,
      peer: hides("peer", each.host) ? dark : known({ connected: !away(each.host), state: "Peer in Cluster" }),
    })),
  };
};

const haproxyFacts = ({ balancers, servers }: Truth, hides: Hides): HaproxyFacts => {
  const answers = (host: string, up: boolean) => up && !hides("balancer", host);
  return {
    loadBalancers: balancers.map(({ host, up }) => ({
      host,
      asked: "socket",
      answers: answers(host, up) ? known(true) : dark,
      unit: dark,
      process: dark,
      reloadKeepsStates: known(true),
    })),
    proxies: [
      {
        proxy: "web",
        carries: "web",
        sides: [],
        servers: servers.map(({ host, up, sessions }) => ({
          server: host,
          host,
          backup: false,
          agreed: true,
          views: balancers.map((balancer) => ({
            loadBalancer: balancer.host,
            view: answers(balancer.host, balancer.up) ? known(serverView(up, sessions)) : dark,
          })),
        })),
      },
    ],
    writers: [],
  };
};

const serverView = (up: boolean, sessions: number): ServerView => ({
  state: up ? "up" : "down",
  status: up ? "UP" : "DOWN",
  admin: dark,
  weight: 1,
  sessions,
  sessionLimit: SESSION_LIMIT,
  queue: 0,
  sessionsPerSecond: 0,
  errorsPerSecond: known(0),
});

/** What becomes of the cluster when a host is taken: everything on it is gone, and its visitors go to the others. */
export const without = (truth: Truth, host: string): Truth => {
  const left = truth.servers.filter((server) => server.up && server.host !== host).length;
  const moving = truth.servers.find((server) => server.host === host && server.up)?.sessions ?? 0;
  const gone = <T extends { readonly host: string; readonly up: boolean }>(each: T): T =>
    each.host === host ? { ...each, up: false } : each;
  return {
    ...truth,
    members: truth.members.map(gone),
    volumes: truth.volumes.map((volume) => ({
      ...volume,
      // What is written meanwhile it misses.
      bricks: volume.bricks.map((brick) => (brick.host === host ? { ...brick, up: false, good: false } : brick)),
    })),
    balancers: truth.balancers.map(gone),
    servers: truth.servers.map((server) =>
      server.host === host
        ? { ...server, up: false, sessions: 0 }
        : { ...server, sessions: server.up ? server.sessions + Math.ceil(moving / Math.max(1, left)) : 0 },
    ),
  };
};

/** What a removal lost, in words; nothing where it was lost before. */
export const lostBy = (before: Truth, after: Truth): readonly string[] => [
  // Members without any vote never had a quorum to lose; arbitrators alone hold no data.
  ...(votesUp(before) > 0 && votesUp(after) <= votesUp(before) / 2 ? ["quorum"] : []),
  ...(hasMembers(before) && !hasMembers(after) ? ["the last member"] : []),
  ...(before.balancers.some(({ up }) => up) && !after.balancers.some(({ up }) => up) ? ["the last load balancer"] : []),
  ...(before.servers.some(({ up }) => up) && !after.servers.some(({ up }) => up) ? ["the last backend"] : []),
  ...(before.servers.every(({ sessions }) => sessions < SESSION_LIMIT) &&
  after.servers.some(({ sessions }) => sessions >= SESSION_LIMIT)
    ? ["a backend's session limit"]
    : []),
  ...after.volumes.flatMap((volume, i) => lostOf(before.volumes[i], volume)),
];

const hasMembers = ({ members }: Truth): boolean => members.some(({ up }) => up);

const votesUp = ({ members, arbitrators }: Truth): number =>
  members.reduce((sum, { up, votes }) => sum + (up ? votes : 0), arbitrators);

const lostOf = (before: TrueVolume | undefined, after: TrueVolume): readonly string[] => {
  const had = before === undefined ? [] : setsOf(before);
  return setsOf(after).flatMap((set, i) => {
    const was = had[i] ?? [];
    const serves = (bricks: TrueVolume["bricks"]) => bricks.some(({ up, good, arbiter }) => up && good && !arbiter);
    const most = (bricks: TrueVolume["bricks"]) => {
      const up = bricks.filter((brick) => brick.up).length;
      return up > bricks.length / 2 || (up === bricks.length / 2 && bricks[0]?.up === true);
    };
    return [
      ...(serves(was) && !serves(set) ? [`the last good brick of ${after.name}`] : []),
      ...(most(was) && !most(set) ? [`the quorum of ${after.name}`] : []),
    ];
  });
};

const setsOf = ({ bricks, replicas }: TrueVolume): readonly TrueVolume["bricks"][] =>
  Array.from({ length: Math.ceil(bricks.length / replicas) }, (_, i) => bricks.slice(i * replicas, (i + 1) * replicas));
