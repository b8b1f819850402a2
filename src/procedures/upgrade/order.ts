import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { factsOf, type View } from "../view.ts";

/**
 * Readers before the writer, so that it moves once and to a host that is new already [Percona operator, upgrade.go];
 * the shadow's sub-servers before its master; load balancers last. Otherwise as the inventory has them.
 */
export const inOrder = (hosts: readonly string[], view: View): readonly string[] => {
  const { cluster } = view;
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  const known = cluster.hosts.map(({ name }) => name);
  const isWriter = (host: string): boolean =>
    facts?.writers.some(({ to }) => to.state === "known" && to.value.hosts.includes(host)) === true;
  const rank = (host: string): number =>
    (cluster.haproxy?.loadBalancers.some((each) => each.host === host) === true ? 8 : 0) +
    (isWriter(host) ? 4 : 0) +
    (cluster.shadow?.master === host ? 2 : 0);
  return hosts.toSorted((a, b) => rank(a) - rank(b) || known.indexOf(a) - known.indexOf(b));
};
