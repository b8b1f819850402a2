import type { GaleraFacts } from "./facts.ts";

/** What votes in the component: each member by name, and what stands beside them. */
export interface Votes {
  readonly byHost: ReadonlyMap<string, number>;
  /** Arbitrators, one vote each (garbd's default). */
  readonly arbitrators: readonly number[];
}

/**
 * Each member's own `pc.weight`, not the inventory's word for it, checked against the sum that the component itself
 * counts (`wsrep_cluster_weight`). In words what is not known, or does not add up.
 */
export const votesOf = ({ members, arbitrators }: GaleraFacts): Votes | string => {
  const byHost = new Map<string, number>();
  for (const { host, weight, settings } of members) {
    if (settings.state === "unknown") return `${host}'s vote is not known: ${settings.detail}`;
    byHost.set(host, settings.value.weight ?? weight);
  }
  const votes: Votes = { byHost, arbitrators: Array.from({ length: arbitrators }, () => 1) };
  const whole = members.every(({ view }) => view.state === "known" && view.value.primary);
  const counted = whole ? members[0]?.view : undefined;
  const sum = counted?.state === "known" ? counted.value.weight : undefined;
  if (sum !== undefined && sum !== total(votes))
    return `the component counts ${sum} votes, the members and arbitrators that are known have ${total(votes)}`;
  return votes;
};

export const total = ({ byHost, arbitrators }: Votes): number => [...byHost.values(), ...arbitrators].reduce(plus, 0);

const plus = (a: number, b: number): number => a + b;

/**
 * Whether the rest keeps quorum without one member even if that one crashes on its way out. Galera's formula: more
 * than half of (votes of the last Primary component - votes that left in order) must stay. Who leaves in order is not
 * counted, so the strict case is the one where it does not (Galera documentation, Weighted Quorum).
 */
export const keepsQuorum = (votes: Votes, host: string): boolean => {
  const all = total(votes);
  return all - (votes.byHost.get(host) ?? 0) > all / 2;
};

/** How many members the rest may then still lose by a crash, whichever they are. */
export const spareWithout = (votes: Votes, host: string): number => {
  const rest = [...[...votes.byHost].filter(([name]) => name !== host).map(([, vote]) => vote), ...votes.arbitrators];
  const all = rest.reduce(plus, 0);
  let lost = 0;
  let spare = 0;
  for (const vote of rest.toSorted((a, b) => b - a)) {
    lost += vote;
    if (all - lost <= all / 2) return spare;
    spare += 1;
  }
  return spare;
};
