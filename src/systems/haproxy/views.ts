import type { LoadBalancerFact, ServerFact, ServerView } from "./facts-schema.ts";

interface LoadBalancerView {
  readonly loadBalancer: string;
  readonly view: ServerView;
}

/** The views of the load balancers that answered. */
export const knownViews = (views: ServerFact["views"]): readonly LoadBalancerView[] =>
  views.flatMap(({ loadBalancer, view }) => (view.state === "known" ? [{ loadBalancer, view: view.value }] : []));

/** What one load balancer, where it answered, sees of these servers; none where it does not have them. */
export const viewsOn = (servers: readonly ServerFact[], balancer: string): readonly ServerView[] =>
  servers.flatMap(({ views }) =>
    knownViews(views).flatMap(({ loadBalancer, view }) => (loadBalancer === balancer ? [view] : [])),
  );

/** Checks of two load balancers do not end at the same moment: states younger than this are not yet compared. */
const SETTLED_MS = 5_000;

/** Whether the load balancers that answered, and are not just changing their minds, see a server alike. */
export const agree = (views: ServerFact["views"]): boolean => {
  const settled = knownViews(views).filter(({ view }) => view.forMs === undefined || view.forMs >= SETTLED_MS);
  return new Set(settled.map(({ view }) => `${view.state} ${isWeightless(view)} ${adminBits(view)}`)).size <= 1;
};

// Not compared where it is not known: that is said elsewhere.
const adminBits = ({ admin }: ServerView): string =>
  admin.state === "known" ? `${admin.value.drain}${admin.value.maintenance}` : "";

/** Well and yet given nothing new: weight 0 is a drain by another name. */
export const isWeightless = ({ state, weight }: ServerView): boolean =>
  (state === "up" || state === "unchecked") && weight === 0;

/** Gets new connections: HAProxy balances to it, or would if it were an active server. */
export const isUsable = ({ state, weight }: Pick<ServerView, "state" | "weight">): boolean =>
  (state === "up" || state === "unchecked") && weight > 0;

/**
 * `UP 1/3`: still used, and DOWN when its checks go on failing. Or it has just come out of maintenance: then HAProxy calls
 * it UP before any check has passed, and DOWN at the first that fails.
 */
export const isDoubtful = ({ status }: Pick<ServerView, "status">): boolean => /^UP \d+\/\d+/.test(status);

/** Usable on every load balancer that answered; undefined when none did. */
export const usableEverywhere = ({ views }: ServerFact): boolean | undefined => {
  const known = knownViews(views);
  return known.length === 0 ? undefined : known.every(({ view }) => isUsable(view));
};

const RANK = { down: 4, maintenance: 3, draining: 2, unchecked: 1, up: 0 } as const;

/** The view that is worst for the sites; undefined when no load balancer answered. */
export const worstView = ({ views }: ServerFact): LoadBalancerView | undefined =>
  knownViews(views).reduce<LoadBalancerView | undefined>(
    (worst, each) => (worst === undefined || RANK[each.view.state] > RANK[worst.view.state] ? each : worst),
    undefined,
  );

/** Its own silence alone would be unknown; a unit of another name is not ours to judge. */
export const isDown = ({ unit: state }: LoadBalancerFact): boolean =>
  state.state === "known" && state.value.loaded && /^(inactive|failed|deactivating)$/.test(state.value.active);
