import type { Sites } from "../sites.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact } from "./facts-schema.ts";
import { isUsable, knownViews } from "./views.ts";

/**
 * Whether visitors get an answer, by the load balancers' own checks: up when every web proxy has a server somewhere that
 * takes new visitors, and a database behind it if there is one. Says nothing where no web proxy is known, and not before the first answer.
 */
export const sitesUp = ({ loadBalancers, proxies }: HaproxyFacts): Sites | undefined => {
  const web = proxies.filter(({ carries, servers }) => carries === "web" && servers.length > 0);
  const seeing = loadBalancers.filter(({ answers }) => answers.state === "known");
  if (loadBalancers.some(({ answers }) => isPending(answers)) && seeing.length === 0) return undefined;
  if (seeing.length === 0) return { text: `Sites not known (${namesOf(loadBalancers)} not seen)`, severity: "unknown" };
  if (web.length === 0) return undefined;
  const counts = web.map(countOf);
  const words = counts.map(({ proxy, usable, all }) => `${proxy} ${usable}/${all}`).join(", ");
  const down = counts.filter(({ usable }) => usable === 0);
  if (down.length > 0) return { text: `Sites DOWN (${words})`, severity: "critical" };
  const databases = proxies.filter(({ carries, servers }) => carries === "database" && servers.length > 0).map(countOf);
  const dead = databases.find(({ usable }) => usable === 0);
  if (dead !== undefined)
    return { text: `Sites have no database (${words}, ${dead.proxy} 0/${dead.all})`, severity: "critical" };
  // A load balancer that is not seen may still get visitors.
  const by = seeing.length < loadBalancers.length ? ` by ${namesOf(seeing)}` : "";
  return {
    text: `Sites up${by} (${words})`,
    severity: counts.some(({ usable, all }) => usable < all) ? "warning" : "ok",
  };
};

const isPending = (answers: LoadBalancerFact["answers"]): boolean =>
  answers.state === "unknown" && answers.reason === "pending";

const countOf = ({ proxy, servers }: ProxyFact): { proxy: string; usable: number; all: number } => ({
  proxy,
  usable: servers.filter(({ views }) => knownViews(views).some(({ view }) => isUsable(view))).length,
  all: servers.length,
});

const namesOf = (balancers: readonly LoadBalancerFact[]): string => balancers.map(({ host }) => host).join(", ");
