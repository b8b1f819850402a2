import type { Cluster } from "../../inventory/cluster.ts";
import { percent } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { showStat } from "./commands.ts";
import type { HaproxyFacts, ProxyFact, ServerFact, ServerView } from "./facts-schema.ts";
import { isDoubtful, isUsable, knownViews, viewsOn } from "./views.ts";

interface Seen {
  readonly server: ServerFact;
  readonly view: ServerView;
}

/** What stays of one proxy on one load balancer; `refused` when it must not be taken from it. */
type Rest =
  | { readonly refused: Omit<Reason, "evidence"> }
  | {
      readonly proxy: string;
      readonly takers: readonly string[];
      readonly highestShare: number;
      readonly note: string;
    };

/** The others must carry its load, on every load balancer: one that cannot be asked may be the one where they do not. */
export const backendReasons = (
  { loadBalancers, proxies }: HaproxyFacts,
  host: string,
  cluster: Cluster,
): readonly Reason[] => {
  const isNode = cluster.hosts.some(({ name, roles }) => name === host && roles.includes("node"));
  const carrying = proxies.filter(({ servers }) => servers.some((server) => server.host === host));
  if (!isNode && carrying.length === 0) return [];
  const evidence = loadBalancers.map((balancer) => probeKey(showStat.id, balancer.host));
  for (const { host: balancer, answers } of loadBalancers)
    if (answers.state === "unknown")
      return [{ stance: "unknown", text: `what ${balancer} sends to it is not known: ${answers.detail}`, evidence }];
  const strays = strayReasons(proxies, carrying, evidence);
  if (carrying.length === 0) return strays;
  // One that has no server of a proxy does not carry it: nothing can be lost there.
  const rests = loadBalancers.flatMap((balancer) =>
    carrying
      .filter(({ servers }) => viewsOn(servers, balancer.host).length > 0)
      .map((proxy) => restOf(proxy, host, balancer.host, cluster.thresholds.sessionLimitWarning)),
  );
  const refused = rests.flatMap((rest) => ("refused" in rest ? [{ ...rest.refused, evidence }] : []));
  if (refused.length > 0) return [...refused, ...strays];
  const texts = new Set(rests.flatMap((rest) => ("refused" in rest ? [] : [words(rest)])));
  return [{ stance: "safe", text: [...texts].join("; "), evidence }, ...strays];
};

/**
 * A server that the inventory does not map may be this host's where the proxy has no other of it. A host that is in its
 * place elsewhere is not asked about proxies that carry neither the sites nor the database, where those are named.
 */
const strayReasons = (
  proxies: readonly ProxyFact[],
  carrying: readonly ProxyFact[],
  evidence: readonly string[],
): readonly Reason[] => {
  const isNamed = proxies.some(({ carries }) => carries !== "other");
  const strays = proxies
    .filter((proxy) => !carrying.includes(proxy))
    .filter(({ carries }) => carries !== "other" || carrying.length === 0 || !isNamed)
    .flatMap(({ proxy, servers }) =>
      servers.filter((server) => server.host === undefined).map(({ server }) => `${proxy}/${server}`),
    );
  if (strays.length === 0) return [];
  const text = `whether it is behind ${strays.join(", ")} is not known: map them in the inventory`;
  return [{ stance: "unknown", text, evidence }];
};

const words = ({ proxy, takers, highestShare, note }: Exclude<Rest, { readonly refused: unknown }>): string => {
  const share = highestShare > 0 ? `, at most ${percent(highestShare)} of a limit with its load` : "";
  return `${proxy} keeps ${takers.join(", ")}${share}${note}`;
};

const restOf = ({ proxy, carries, servers }: ProxyFact, host: string, balancer: string, warning: number): Rest => {
  const seen = servers.flatMap((server) =>
    knownViews(server.views)
      .filter(({ loadBalancer }) => loadBalancer === balancer)
      .map(({ view }): Seen => ({ server, view })),
  );
  const mine = seen.filter(({ server }) => server.host === host);
  const others = seen.filter(({ server, view }) => server.host !== host && isUsable(view));
  const takers = heirs(others.filter(({ view }) => view.state === "up"));
  if (takers.length === 0)
    return others.length === 0
      ? { refused: { stance: "no", endsSites: true, text: `${proxy} would have no server left on ${balancer}` } }
      : {
          refused: {
            stance: "unknown",
            text: `whether ${namesOf(others)} works is not known: ${balancer} does not check it`,
          },
        };
  const failing = takers.filter(({ view }) => isDoubtful(view));
  if (failing.length > 0)
    return { refused: { stance: "wait", text: `until ${namesOf(failing)} passes its checks again on ${balancer}` } };
  const moving = mine.reduce((sum, { view }) => sum + view.sessions, 0) / takers.length;
  const shares = takers.map(({ view: { sessions, sessionLimit = 0 } }) =>
    sessionLimit > 0 ? (sessions + moving) / sessionLimit : 0,
  );
  const highestShare = Math.max(...shares);
  if (highestShare >= warning) {
    const text = `${proxy} on ${balancer}: the rest would be at ${percent(highestShare)} of a session limit with its load`;
    return { refused: { stance: "no", text } };
  }
  // One at a time: while another is out for the moment, the next to go would leave nothing to fall back on.
  const [last] = takers;
  const out = seen.filter(({ server, view }) => server.host !== host && !isUsable(view) && !isOutForGood(view));
  if (others.length === 1 && last !== undefined && out.length > 0 && mine.some(({ view }) => isUsable(view)))
    return {
      refused: {
        stance: "wait",
        text: `until ${namesOf(out)} serves again: ${proxy} would have only ${last.server.server} left on ${balancer}`,
      },
    };
  const writes =
    carries === "database" && heirs(seen.filter(({ view }) => isUsable(view))).some((each) => mine.includes(each));
  const note = writes ? ` (writes move to ${namesOf(takers)} when it is drained)` : "";
  return { proxy, takers: others.map(({ server }) => server.server), highestShare, note };
};

/** As its configuration has it: nobody waits for its return. */
const isOutForGood = ({ admin }: ServerView): boolean =>
  admin.state === "known" && admin.value.by.includes("by its configuration");

/** Who gets the connections: all active servers, or without one the first backup (HAProxy's `backup`). */
const heirs = (usable: readonly Seen[]): readonly Seen[] => {
  const active = usable.filter(({ server }) => !server.backup);
  return active.length > 0 ? active : usable.slice(0, 1);
};

const namesOf = (seen: readonly Seen[]): string => seen.map(({ server }) => server.server).join(", ");
