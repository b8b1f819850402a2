import type { Sites } from "../sites.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact } from "./facts-schema.ts";
import { isDown, isUsable, knownViews } from "./views.ts";

/**
 * Whether visitors get an answer, by the load balancers' own checks: up through one of them when every web proxy has a
 * server there that takes new visitors, and a database behind it if there is one. Says nothing where no web proxy is
 * known, and not before the first answer.
 */
export const sitesUp = ({ loadBalancers, proxies }: HaproxyFacts): Sites | undefined => {
  const web = proxies.filter(({ carries, servers }) => carries === "web" && servers.length > 0);
  const databases = proxies.filter(({ carries, servers }) => carries === "database" && servers.length > 0);
  const seeing = loadBalancers.filter(({ answers }) => answers.state === "known").map(({ host }) => host);
  if (loadBalancers.some(({ answers }) => isPending(answers)) && seeing.length === 0) return undefined;
  if (loadBalancers.length > 0 && loadBalancers.every((each) => each.answers.state === "unknown" && isDown(each)))
    return {
      text: `Sites DOWN (HAProxy is down on ${loadBalancers.map(({ host }) => host).join(", ")})`,
      severity: "critical",
    };
  if (seeing.length === 0)
    return {
      text: `Sites not known (${loadBalancers.map(({ host }) => host).join(", ")} not seen)`,
      severity: "unknown",
    };
  if (web.length === 0) return undefined;
  const broken = seeing.filter((balancer) => [...web, ...databases].some((proxy) => usableOf(proxy, [balancer]) === 0));
  const well = seeing.filter((balancer) => !broken.includes(balancer));
  if (well.length === 0) return allBroken(web, databases, broken);
  const words = tallies(web, well);
  const serving = { hosts: hostsOf(web, well), tally: words };
  if (broken.length > 0)
    return {
      text: `Sites up through ${well.join(", ")} (${words}), not through ${broken.join(", ")}`,
      severity: "critical",
      serving,
    };
  // A load balancer that is not seen may still get visitors.
  const by = seeing.length < loadBalancers.length ? ` by ${seeing.join(", ")}` : "";
  const isWhole = web.every((proxy) => usableOf(proxy, well) === proxy.servers.length);
  return { text: `Sites up${by} (${words})`, severity: isWhole ? "ok" : "warning", serving };
};

const allBroken = (web: readonly ProxyFact[], databases: readonly ProxyFact[], by: readonly string[]): Sites => {
  const isDead = (proxy: ProxyFact): boolean => usableOf(proxy, by) === 0;
  const dead = databases.find(isDead);
  const text = web.some(isDead)
    ? `Sites DOWN (${tallies(web, by)})`
    : dead === undefined
      ? // Each of them lacks something else.
        `Sites DOWN through each of ${by.join(", ")}`
      : `Sites have no database (${tallies([...web, dead], by)})`;
  return { text, severity: "critical" };
};

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
