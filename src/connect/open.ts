import type { Cluster } from "../inventory/cluster.ts";
import type { Outcome, ReadAccess } from "./access.ts";
import type { Ask, Effect } from "./command.ts";
import type { Connector } from "./connector.ts";
import { endedHere, failed, shortText } from "./failure.ts";
import { pend, type Pending } from "./pending.ts";
import { routesOf, type Routes } from "./routes.ts";
import { problem, type Problem } from "./ssh/problem.ts";
import { openSshSessions, type SshSessions, type SshSessionsOptions } from "./ssh/sessions.ts";

/** Read access to everything a cluster's inventory describes; starts the SSH connections at once, the rest when asked. */
export const openAccess = (cluster: Cluster, options: SshSessionsOptions = {}): ReadAccess =>
  accessThrough(cluster, openSshSessions(cluster, options));

/** Read access over SSH sessions that are there already. Closes them with itself. */
export const accessThrough = (cluster: Cluster, sessions: SshSessions): ReadAccess => {
  const routes = routesOf(cluster, sessions);
  const hosts = new Set(cluster.hosts.map(({ name }) => name));
  const underWay = new Set<Pending>();
  let closed = false;

  const askService = async (connector: Connector, asks: readonly Ask<"read">[], deliver: Deliver): Promise<void> => {
    const batch = asks.map((ask) => pend(ask, connector.where, (outcome) => deliver(ask, outcome)));
    for (const pending of batch) underWay.add(pending);
    // Not awaited: it may hang, and every ask has its own deadline.
    connector.ask(batch).catch((error: unknown) => {
      const found = problem("failed", `${connector.where}: ${shortText(String(error))}`);
      for (const pending of batch) pending.fail(found);
    });
    await Promise.all(batch.map((pending) => pending.done));
    for (const pending of batch) underWay.delete(pending);
  };

  const askKind = async (kind: Kind, target: string, asks: readonly Ask<"read">[], deliver: Deliver): Promise<void> => {
    const connector = kind === "host" ? undefined : routes[kind].get(target);
    if (closed) refuseAll(asks, endedHere(target), deliver);
    else if (connector !== undefined) await askService(connector, asks, deliver);
    else if (kind === "host" && hosts.has(target)) await sessions.ask(target, asks, deliver);
    else refuseAll(asks, strangerProblem(kind, target, cluster), deliver);
  };

  return {
    ask: async (target, asks, deliver) => {
      const once = deliverOnce(deliver);
      const allowed = asks.filter((ask) => !refusedChange(ask, once));
      await Promise.all(
        [...Map.groupBy(allowed, (ask) => ask.send.kind)].map(([kind, group]) => askKind(kind, target, group, once)),
      );
    },
    link: sessions.link,
    onLink: sessions.onLink,
    retry: sessions.retry,
    close: async () => {
      closed = true;
      for (const pending of underWay) pending.fail(endedHere(cluster.name));
      for (const route of [routes.sql, routes.redis, routes.haproxy, routes.http])
        for (const connector of route.values()) connector.close();
      await sessions.close();
    },
  };
};

type Kind = "host" | keyof Routes;
type Deliver = (ask: Ask<"read">, outcome: Outcome) => void;

/** Each ask is delivered once; the type says so, and this holds whatever a connector does. */
const deliverOnce = (deliver: Deliver): Deliver => {
  const delivered = new Set<Ask<"read">>();
  return (ask, outcome) => {
    if (delivered.has(ask)) return;
    delivered.add(ask);
    try {
      deliver(ask, outcome);
    } catch {
      // A receiver's defect must not cost the other asks their answers; its own sample grows stale in sight.
    }
  };
};

/** The type keeps changes out; this keeps them out when a type was talked round. */
const refusedChange = (ask: Ask<"read">, deliver: Deliver): boolean => {
  const effect: Effect = ask.effect;
  if (effect === "read") return false;
  refuseAll(
    [ask],
    problem("privilege", `${ask.commandId} was not sent: it changes something, and this access only reads`),
    deliver,
  );
  return true;
};

const refuseAll = (asks: readonly Ask<"read">[], found: Problem, deliver: Deliver): void => {
  const nowMs = Date.now();
  for (const ask of asks) deliver(ask, failed(found, nowMs, nowMs));
};

const strangerProblem = (kind: Kind, target: string, { name }: Cluster): Problem => {
  const missing = {
    host: `no host ${target}`,
    sql: `no Galera member ${target}`,
    redis: `no Redis instance ${target}`,
    haproxy: `no load balancer ${target}`,
    http: `no host ${target}`,
  }[kind];
  return problem("missing", `the inventory of ${name} has ${missing}`);
};
