import { count } from "../format.ts";
import type { SeriesPoint } from "../series.ts";
import type { HaproxyFacts, ProxyFact } from "./facts-schema.ts";
import { knownViews } from "./views.ts";

/** Sessions on the servers of every proxy, over all load balancers that answered. */
export const haproxySeries = ({ proxies }: HaproxyFacts): readonly SeriesPoint[] =>
  proxies.flatMap((proxy): readonly SeriesPoint[] => {
    const sessions = sessionsOn(proxy);
    return sessions === undefined
      ? []
      : [{ id: proxy.proxy, label: `sessions on ${proxy.proxy}`, value: sessions, text: count(sessions) }];
  });

/** Undefined while no load balancer tells. */
const sessionsOn = ({ servers }: ProxyFact): number | undefined => {
  const views = servers.flatMap((server) => knownViews(server.views));
  return views.length === 0 ? undefined : views.reduce((sum, { view }) => sum + view.sessions, 0);
};
