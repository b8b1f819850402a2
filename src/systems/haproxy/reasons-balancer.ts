import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { showStat } from "./commands.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact } from "./facts-schema.ts";
import { isUsable, viewsOn } from "./views.ts";

/** A load balancer may go only when another one answers and can serve all that it serves. */
export const balancerReasons = ({ loadBalancers, proxies }: HaproxyFacts, name: string): readonly Reason[] => {
  const leaving = loadBalancers.find(({ host }) => host === name);
  if (leaving === undefined) return [];
  const others = loadBalancers.filter(({ host }) => host !== name);
  const evidence = loadBalancers.map(({ host }) => probeKey(showStat.id, host));
  if (others.length === 0)
    return [
      {
        stance: "no",
        endsSites: true,
        text: "the only load balancer: without it no visitor reaches the sites",
        evidence,
      },
    ];
  const silent = others.find(({ answers }) => answers.state === "unknown");
  if (silent?.answers.state === "unknown") {
    const text = `whether ${silent.host} could take over is not known: ${silent.answers.detail}`;
    return [{ stance: "unknown", text, evidence }];
  }
  const outlooks = others.map(({ host }) => ({ host, outlook: outlookOf(host, leaving, proxies) }));
  const able = outlooks.flatMap(({ host, outlook }) => (outlook === "able" ? [host] : []));
  if (able.length > 0)
    return [{ stance: "safe", text: `${able.join(", ")} can carry it: see that the address moves there`, evidence }];
  const doubts = outlooks.flatMap(({ outlook }) => (typeof outlook === "string" ? [] : [outlook.doubt]));
  if (doubts.length > 0) return [{ stance: "unknown", text: doubts.join("; "), evidence }];
  const names = others.map(({ host }) => host).join(", ");
  const text = `no other load balancer has a usable server for everything: ${names}`;
  return [{ stance: "no", endsSites: true, text, evidence }];
};

type Outlook = "able" | "unable" | { readonly doubt: string };

/**
 * Whether `to` can serve what `leaving` does: of every proxy that has a usable server there it must have one too, and of
 * those that carry the sites one that it checks. Where the inventory names none of these, each proxy may be one.
 */
const outlookOf = (to: string, leaving: LoadBalancerFact, proxies: readonly ProxyFact[]): Outlook => {
  const { host: from, answers } = leaving;
  const serving = (proxy: ProxyFact) => servingOf(proxy, to);
  // What a silent one serves is not known, only the names of its proxies from earlier.
  const needed =
    answers.state === "unknown"
      ? proxies.filter(({ carries, servers }) => carries !== "other" || servers.length > 0)
      : proxies.filter((proxy) =>
          proxy.carries === "other" ? servingOf(proxy, from) !== "nobody" : isKnownTo(proxy, from),
        );
  const lacking = needed.filter((proxy) => serving(proxy) === "nobody");
  const lacks = lacking.some(({ carries }) => carries !== "other" || answers.state === "known");
  if (lacks || proxies.every((proxy) => serving(proxy) === "nobody")) return "unable";
  if (lacking.length > 0 && answers.state === "unknown")
    return { doubt: `whether ${to} has what ${from} carries is not known: ${answers.detail}` };
  const isNamed = proxies.some(({ carries }) => carries !== "other");
  const unchecked = needed.filter((proxy) => (proxy.carries !== "other" || !isNamed) && serving(proxy) === "unchecked");
  if (unchecked.length === 0) return "able";
  const names = unchecked.map(({ proxy }) => proxy).join(", ");
  return { doubt: `whether ${names} works through ${to} is not known: it does not check the servers` };
};

/** Whether it would send new visitors of a proxy to somebody, and whether it has checked that they work. */
const servingOf = ({ servers }: ProxyFact, balancer: string): "checked" | "unchecked" | "nobody" => {
  const usable = viewsOn(servers, balancer).filter(isUsable);
  return usable.some(({ state }) => state === "up") ? "checked" : usable.length > 0 ? "unchecked" : "nobody";
};

const isKnownTo = ({ servers }: ProxyFact, balancer: string): boolean => viewsOn(servers, balancer).length > 0;
