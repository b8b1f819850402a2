import type { Known, Sample } from "../../connect/sample.ts";
import type { Cluster, HaproxyConfig } from "../../inventory/cluster.ts";
import { pickReading, rateReading } from "../derive.ts";
import { counterRate } from "../rate.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { adminState } from "./admin-state.ts";
import { showInfo, showServersState, showStat, stateFile, unit } from "./commands.ts";
import { drainOf } from "./drain-eta.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact, ServerFact, ServerView, SideFact } from "./facts-schema.ts";
import type { AdminStates } from "./parse-servers-state.ts";
import type { ServerStat, Stat } from "./parse-stat.ts";
import { agree } from "./views.ts";
import { movedOf, writerOf } from "./writer.ts";

/** All that is known of one load balancer. */
interface Balancer {
  readonly host: string;
  readonly stat: Sample<Stat>;
  readonly history: readonly Known<Stat>[];
  readonly admin: Sample<AdminStates>;
}

export const haproxyFacts = ({ cluster, samples }: Context): HaproxyFacts => {
  const { haproxy } = cluster;
  if (haproxy === undefined) return { loadBalancers: [], proxies: [], writers: [] };
  const balancers = haproxy.loadBalancers.map(({ host, via }): Balancer => ({
    host,
    stat: samples.latest(showStat, host),
    history: samples.history(showStat, host),
    admin: via.kind === "stats" ? NOT_ON_THE_PAGE : samples.latest(showServersState, host),
  }));
  const proxies = proxyNames(haproxy, balancers).map((proxy) => proxyFact(proxy, cluster, haproxy, balancers));
  return {
    loadBalancers: haproxy.loadBalancers.map(({ host, via }): LoadBalancerFact => ({
      host,
      asked: via.kind,
      answers: readingOf(samples.latest(showStat, host), () => true),
      unit: pickReading(
        readingOf(samples.latest(unit, host), (units) => units),
        ([first]) => first,
        "systemctl did not tell of haproxy.service",
      ),
      process:
        via.kind === "stats"
          ? unknownReading("missing", "the statistics page does not say it")
          : readingOf(samples.latest(showInfo, host), (info) => info),
      reloadKeepsStates: readingOf(samples.latest(stateFile, host), ({ file, loads }) => file && loads),
    })),
    proxies,
    writers: proxies
      .filter(({ carries }) => carries === "database")
      .flatMap((proxy) =>
        balancers.map(({ host, stat, history }) => ({
          ...writerOf(
            proxy,
            host,
            readingOf(stat, () => true),
          ),
          ...movedOf(proxy, history),
        })),
      ),
  };
};

const NOT_ON_THE_PAGE: Sample<never> = {
  state: "unknown",
  reason: "missing",
  detail: "the statistics page has no server states: name a socket in the inventory",
  atMs: 0,
};

/** What a balancer last told of its proxies: their names stay while their state is not known. */
const lastStat = ({ stat }: Balancer): Stat | undefined => (stat.state === "known" ? stat.value : stat.last?.value);

const proxyNames = (config: HaproxyConfig, balancers: readonly Balancer[]): readonly string[] => {
  const seen = balancers.map((balancer) => lastStat(balancer));
  return [
    ...new Set([
      ...config.webProxies,
      ...config.databaseProxies,
      ...seen.flatMap((stat) => [...(stat?.servers.values() ?? [])].map(({ proxy }) => proxy)),
      ...seen.flatMap((stat) => stat?.sides.map(({ proxy }) => proxy) ?? []),
    ]),
  ];
};

const proxyFact = (
  proxy: string,
  cluster: Cluster,
  config: HaproxyConfig,
  balancers: readonly Balancer[],
): ProxyFact => {
  const names = new Set<string>();
  for (const balancer of balancers)
    for (const each of lastStat(balancer)?.servers.values() ?? []) if (each.proxy === proxy) names.add(each.server);
  return {
    proxy,
    carries: config.webProxies.includes(proxy) ? "web" : config.databaseProxies.includes(proxy) ? "database" : "other",
    servers: [...names].map((server) => serverFact(proxy, server, cluster, balancers)),
    sides: balancers.flatMap((balancer) => sidesOf(proxy, balancer)),
  };
};

const serverFact = (proxy: string, server: string, cluster: Cluster, balancers: readonly Balancer[]): ServerFact => {
  const key = `${proxy}/${server}`;
  const views = balancers.map((balancer) => ({ loadBalancer: balancer.host, view: viewOf(key, balancer) }));
  const host = hostBehind(proxy, server, cluster);
  return {
    server,
    ...(host === undefined ? {} : { host }),
    backup: balancers.some((balancer) => lastStat(balancer)?.servers.get(key)?.backup === true),
    views,
    agreed: agree(views),
  };
};

const hostBehind = (proxy: string, server: string, { haproxy, hosts }: Cluster): string | undefined =>
  haproxy?.servers[`${proxy}/${server}`] ?? haproxy?.servers[server] ?? hosts.find(({ name }) => name === server)?.name;

const viewOf = (key: string, balancer: Balancer): Reading<ServerView> => {
  const reading = readingOf(balancer.stat, ({ servers }) => servers.get(key));
  if (reading.state === "unknown") return reading;
  const { value: stat, atMs } = reading;
  if (stat === undefined) return unknownReading("missing", `${balancer.host} has no server ${key}`);
  const perSecond = (counter: (server: ServerStat) => number | undefined): Reading<number> =>
    rateReading(
      reading,
      counterRate(balancer.history, ({ servers }) => {
        const server = servers.get(key);
        return server === undefined ? undefined : counter(server);
      }),
    );
  const { state, status, weight, check, sessions, sessionLimit, queue, sessionsPerSecond, forMs } = stat;
  return {
    state: "known",
    atMs,
    value: {
      state,
      status,
      weight,
      check,
      sessions,
      sessionLimit,
      queue,
      sessionsPerSecond,
      forMs,
      ...(state === "draining" ? { drain: drainOf(balancer.history, key) } : {}),
      admin: adminOf(key, balancer.admin),
      errorsPerSecond: perSecond(({ errors }) => errors),
      ...(stat.responses5xx === undefined
        ? {}
        : { responses5xxPerSecond: perSecond(({ responses5xx }) => responses5xx) }),
    },
  };
};

const adminOf = (key: string, sample: Sample<AdminStates>): ServerView["admin"] => {
  const reading = readingOf(sample, (states) => states.get(key));
  if (reading.state === "unknown") return reading;
  const { value: admin, atMs } = reading;
  return admin === undefined
    ? unknownReading("missing", `show servers state does not list ${key}`)
    : { state: "known", atMs, value: { ...admin, ...adminState(admin.bits) } };
};

const sidesOf = (proxy: string, { host, stat, history }: Balancer): readonly SideFact[] => {
  if (stat.state === "unknown") return [];
  const find = (value: Stat, side: SideFact["side"]) =>
    value.sides.find((each) => each.proxy === proxy && each.side === side);
  return (["frontend", "backend"] as const).flatMap((side): SideFact[] => {
    const now = find(stat.value, side);
    if (now === undefined) return [];
    const known = readingOf(stat, () => true);
    const perSecond = (name: "errors" | "responses" | "responses5xx"): Reading<number> =>
      rateReading(
        known,
        counterRate(history, (value) => find(value, side)?.[name]),
      );
    const { status, sessions, sessionLimit, queue, sessionsPerSecond } = now;
    return [
      {
        loadBalancer: host,
        side,
        status,
        sessions,
        sessionLimit,
        queue,
        sessionsPerSecond,
        errorsPerSecond: perSecond("errors"),
        ...(now.responses === undefined ? {} : { responsesPerSecond: perSecond("responses") }),
        ...(now.responses5xx === undefined ? {} : { responses5xxPerSecond: perSecond("responses5xx") }),
      },
    ];
  });
};
