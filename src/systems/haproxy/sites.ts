import type { Sites } from "../sites.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact } from "./facts-schema.ts";
import { isDown, isUsable, knownViews, viewsOn } from "./views.ts";

/**
 * Whether visitors get an answer, by the load balancers' own checks: up through one of them when every web proxy it has
 * a server of has one that takes new visitors, and so has every database proxy on it. Another load balancer may carry
 * the database alone. Says nothing where no web proxy is known, and not before the first answer.
 */
export const sitesUp = ({ loadBalancers, proxies }: HaproxyFacts): Sites | undefined => {
  const seeing = loadBalancers.filter(({ answers }) => answers.state === "known").map(({ host }) => host);
  if (loadBalancers.some(({ answers }) => isPending(answers)) && seeing.length === 0) return undefined;
  if (loadBalancers.length > 0 && loadBalancers.every((each) => each.answers.state === "unknown" && isDown(each)))
    return {
      text: `Sites DOWN (HAProxy is down on ${loadBalancers.map(({ host }) => host).join(", ")})`,
      severity: "critical",
    };
  const silent = loadBalancers.map(({ host }) => host).filter((host) => !seeing.includes(host));
  const notKnown: Sites = { text: `Sites not known (${silent.join(", ")} not seen)`, severity: "unknown" };
  if (seeing.length === 0) return notKnown;
  const carrying = (what: ProxyFact["carries"]) =>
    proxies.filter(({ carries, servers }) => carries === what && servers.length > 0);
  const web = carrying("web").filter((proxy) => isOnAny(proxy, seeing));
  // The one that is not seen may be the only one that has them.
  if (web.length === 0) return silent.length > 0 && carrying("web").length > 0 ? notKnown : undefined;
  return bySeeing({ web, databases: carrying("database"), seeing, silent });
};

interface Seen {
  /** With a server on one of those that answer. */
  readonly web: readonly ProxyFact[];
  readonly databases: readonly ProxyFact[];
  readonly seeing: readonly string[];
  readonly silent: readonly string[];
}

const bySeeing = ({ web, databases, seeing, silent }: Seen): Sites => {
  const isGone = (proxy: ProxyFact): boolean => isDead(proxy, seeing);
  const gone = web.filter(isGone);
  const lost = databases.find(isGone);
  if (gone.length === web.length) return { text: `Sites DOWN (${tallies(web, seeing)})`, severity: "critical" };
  if (lost !== undefined)
    return { text: `Sites have no database (${tallies([...web, lost], seeing)})`, severity: "critical" };
  const doors = seeing.filter((balancer) => web.some((proxy) => isOn(proxy, balancer)));
  const lacking = seeing.filter((balancer) => databases.some((proxy) => isDead(proxy, [balancer])));
  const dead = doors.filter(
    (door) => lacking.includes(door) || web.every((proxy) => !isOn(proxy, door) || isDead(proxy, [door])),
  );
  const open = doors.filter((door) => !dead.includes(door));
  // Each of them lacks something else.
  if (open.length === 0) return { text: `Sites DOWN through each of ${doors.join(", ")}`, severity: "critical" };
  const partly = open.filter((door) => web.some((proxy) => !isGone(proxy) && isDead(proxy, [door])));
  const well = open.filter((door) => !partly.includes(door));
  const through = well.length > 0 ? well : partly;
  const limits = [
    ...(dead.length > 0 ? [`not through ${dead.join(", ")}`] : []),
    ...(well.length > 0 && partly.length > 0 ? [`partly through ${partly.join(", ")}`] : []),
  ];
  const alone = lacking.filter((balancer) => !doors.includes(balancer));
  const without = alone.length > 0 ? [`no database through ${alone.join(", ")}`] : [];
  // A load balancer that is not seen may still get visitors.
  const by = silent.length > 0 ? ` by ${doors.join(", ")}` : "";
  const where = limits.length > 0 || well.length === 0 ? ` through ${through.join(", ")}` : by;
  const how = gone.length > 0 || well.length === 0 ? "partly up" : "up";
  const there = web.filter((proxy) => isOnAny(proxy, through));
  const tally = tallies(there, through);
  const text = [`Sites ${how}${where} (${tally})`, ...limits, ...without].join(", ");
  const isHurt = how !== "up" || limits.length > 0 || without.length > 0;
  const isWhole = web.every((proxy) => usableOf(proxy, doors) === proxy.servers.length);
  return {
    text,
    severity: isHurt ? "critical" : isWhole ? "ok" : "warning",
    serving: { hosts: hostsOf(there, through), tally },
  };
};

const isOn = ({ servers }: ProxyFact, balancer: string): boolean => viewsOn(servers, balancer).length > 0;

const isOnAny = (proxy: ProxyFact, balancers: readonly string[]): boolean =>
  balancers.some((balancer) => isOn(proxy, balancer));

/** On those of them that have a server of it; a proxy that none of them has is not theirs to judge. */
const isDead = (proxy: ProxyFact, balancers: readonly string[]): boolean =>
  isOnAny(proxy, balancers) && usableOf(proxy, balancers) === 0;

const isPending = (answers: LoadBalancerFact["answers"]): boolean =>
  answers.state === "unknown" && answers.reason === "pending";

/** Servers that at least one of these load balancers sends new visitors to. */
const usableIn = ({ servers }: ProxyFact, balancers: readonly string[]): ProxyFact["servers"] =>
  servers.filter(({ views }) =>
    knownViews(views).some(({ loadBalancer, view }) => balancers.includes(loadBalancer) && isUsable(view)),
  );

const usableOf = (proxy: ProxyFact, balancers: readonly string[]): number => usableIn(proxy, balancers).length;

const hostsOf = (proxies: readonly ProxyFact[], balancers: readonly string[]): readonly string[] => [
  ...new Set(proxies.flatMap((proxy) => usableIn(proxy, balancers).flatMap(({ host }) => host ?? []))),
];

/** `web 3/3, shop 2/3`. */
const tallies = (proxies: readonly ProxyFact[], balancers: readonly string[]): string =>
  proxies.map((proxy) => `${proxy.proxy} ${usableOf(proxy, balancers)}/${proxy.servers.length}`).join(", ");
