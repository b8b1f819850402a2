import { probeKey } from "../probe.ts";
import type { Severity } from "../finding.ts";
import type { Context } from "../system.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { showServersState, showStat } from "./commands.ts";
import type { HaproxyFacts, LoadBalancerFact, ServerFact, ServerView, WriterFact } from "./facts-schema.ts";

/**
 * Load balancers, how each sees every server, and where it sends the database's writes. While a load balancer does not
 * answer its own line says so, and what it saw last stands.
 */
export const haproxyStates = (
  { loadBalancers, proxies, writers }: HaproxyFacts,
  { atWork }: Pick<Context, "atWork">,
): readonly StateLine[] => [
  ...loadBalancers.flatMap((balancer) => balancerLine(balancer)),
  ...proxies.flatMap(({ proxy, servers }) =>
    servers.flatMap((server) =>
      serverLines(proxy, server, server.host === undefined ? undefined : atWork?.(server.host)),
    ),
  ),
  ...writers.flatMap((writer) => writerLine(writer)),
];

const SERVER_SAYS = ["haproxy.server_down", "haproxy.drained", "haproxy.maintenance", "haproxy.disagree"];

const evidenceOf = (host: string): readonly string[] =>
  [showStat, showServersState].map(({ id }) => probeKey(id, host));

const balancerLine = ({ host, answers, process }: LoadBalancerFact): readonly StateLine[] => {
  const about = {
    subject: host,
    host,
    evidence: [probeKey(showStat.id, host)],
    says: ["haproxy.unknown", "haproxy.down"],
  };
  if (answers.state === "unknown")
    return answers.reason === "pending" ? [] : [{ ...about, ...balancerDark(answers.reason) }];
  const stopping = process.state === "known" && process.value.stopping;
  return [{ ...about, state: stopping ? "stopping" : "up", severity: stopping ? "warning" : "ok" }];
};

const balancerDark = (reason: Parameters<typeof unknownState>[0]): Pick<StateLine, "state" | "severity" | "why"> =>
  reason === "refused" ? { state: "down", severity: "critical", why: "connection refused" } : unknownState(reason);

const serverLines = (proxy: string, { server, views }: ServerFact, working: string | undefined): readonly StateLine[] =>
  views.flatMap(({ loadBalancer, view }): readonly StateLine[] =>
    view.state === "unknown"
      ? []
      : [
          {
            subject: `${proxy}/${server}`,
            host: loadBalancer,
            evidence: evidenceOf(loadBalancer),
            says: SERVER_SAYS,
            ...serverState(view.value, working),
          },
        ],
  );

const SERVER: Readonly<Record<ServerView["state"], { readonly state: string; readonly severity: Severity }>> = {
  up: { state: "UP", severity: "ok" },
  unchecked: { state: "unchecked", severity: "ok" },
  draining: { state: "DRAIN", severity: "warning" },
  maintenance: { state: "MAINT", severity: "warning" },
  down: { state: "DOWN", severity: "warning" },
};

const serverState = (
  { state, check, admin }: ServerView,
  working: string | undefined,
): Pick<StateLine, "state" | "severity" | "why"> => {
  const known = SERVER[state];
  const hand = admin.state === "known" ? admin.value.by.join(", ") : "";
  const by = working === undefined || hand === "by its configuration" ? hand : `by the ${working}`;
  const why = state === "down" ? check?.words : by;
  return why === undefined || why === "" || known.severity === "ok" ? known : { ...known, why };
};

const writerLine = ({ proxy, loadBalancer, to }: WriterFact): readonly StateLine[] => {
  if (to.state === "unknown") return [];
  const { hosts, role } = to.value;
  const about = {
    subject: `writer of ${proxy}`,
    host: loadBalancer,
    evidence: evidenceOf(loadBalancer),
    says: ["haproxy.several_writers"],
  };
  if (role === "none") return [{ ...about, state: "none", severity: "critical" }];
  const several = hosts.length > 1;
  const why = role === "backup" ? { why: "no active server can be used" } : {};
  return [{ ...about, state: hosts.join(" "), severity: several || role === "backup" ? "warning" : "ok", ...why }];
};
