import { anywhere, onHost } from "../explain.ts";
import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { movedFindings } from "./assess-writer.ts";
import { serverFindings, stillServing } from "./assess-servers.ts";
import { loadFindings } from "./assess-load.ts";
import { showStat, stateFile, unit } from "./commands.ts";
import type { HaproxyFacts, LoadBalancerFact, ProxyFact, WriterFact } from "./facts-schema.ts";
import { isDown, isUsable, knownViews } from "./views.ts";
import type { HaproxyFinding } from "./rules.ts";

export const assessHaproxy = (
  facts: HaproxyFacts,
  { cluster, samples, nowMs, atWork }: Context,
): readonly HaproxyFinding[] => {
  const balancers = facts.loadBalancers.map(({ host }) => host);
  return [
    ...facts.loadBalancers.flatMap((balancer) => balancerFindings(balancer, facts)),
    ...facts.proxies.flatMap((proxy) => emptyBackend(proxy, facts.proxies)),
    ...writerFindings(facts.writers),
    ...facts.writers.flatMap((writer) => movedFindings(writer, nowMs)),
    ...stillServing(facts, (host) => samples.link(host).state === "down"),
    ...facts.proxies.flatMap((proxy) =>
      proxy.servers.flatMap((server) => {
        const working = server.host === undefined ? undefined : atWork?.(server.host);
        return serverFindings(proxy, server, balancers, working);
      }),
    ),
    ...loadFindings(facts, cluster.thresholds),
  ];
};

const balancerFindings = (fact: LoadBalancerFact, facts: HaproxyFacts): readonly HaproxyFinding[] => {
  const { host, answers, reloadKeepsStates } = fact;
  const about = { subject: host, host };
  if (answers.state === "unknown")
    return answers.reason === "pending"
      ? []
      : isDown(fact)
        ? [downFinding(fact, facts)]
        : [
            {
              id: "haproxy.unknown",
              severity: "unknown",
              text: `HAProxy on ${host} is not seen: ${answers.detail}`,
              next: answers.fix ?? `see whether it runs: ssh ${host} systemctl status haproxy`,
              evidence: [probeKey(showStat.id, host)],
              explainedBy: onHost(host, "host.unreachable"),
              ...about,
            },
          ];
  if (reloadKeepsStates.state === "unknown" || reloadKeepsStates.value) return [];
  return [
    {
      id: "haproxy.reload_forgets",
      severity: "info",
      text: `a reload of HAProxy on ${host} forgets drains and maintenance: it loads no server-state-file`,
      next: "set server-state-file and load-server-state-from-file in its configuration",
      evidence: [probeKey(stateFile.id, host)],
      ...about,
    },
  ];
};

const downFinding = ({ host, unit: state }: LoadBalancerFact, { loadBalancers }: HaproxyFacts): HaproxyFinding => {
  const others = loadBalancers.filter(({ answers }) => answers.state === "known").map((each) => each.host);
  const { active, result } = state.state === "known" ? state.value : { active: "down", result: "" };
  const how = active === "failed" ? `failed (${result})` : active;
  return {
    id: "haproxy.down",
    severity: others.length === 0 ? "critical" : "warning",
    subject: host,
    host,
    text: `HAProxy on ${host} is ${how}: ${others.length === 0 ? "no visitor reaches the sites" : `${others.join(", ")} must carry its visitors`}`,
    next: `ssh ${host} sudo haproxy -c -f /etc/haproxy/haproxy.cfg, then sudo systemctl start haproxy`,
    evidence: [probeKey(unit.id, host), probeKey(showStat.id, host)],
    explainedBy: onHost(host, "host.disk_full"),
  };
};

/** A backend whose every server is known and none can be used: its visitors get 503. */
const emptyBackend = ({ proxy, servers, carries }: ProxyFact, all: readonly ProxyFact[]): readonly HaproxyFinding[] => {
  const balancers = [
    ...new Set(servers.flatMap(({ views }) => knownViews(views).map(({ loadBalancer }) => loadBalancer))),
  ];
  const empty = balancers.filter((balancer) =>
    servers.every(({ views }) =>
      knownViews(views).every(({ loadBalancer, view }) => loadBalancer !== balancer || !isUsable(view)),
    ),
  );
  if (empty.length === 0) return [];
  const isOnly = all.filter((each) => each.carries === "web").length === 1;
  const lost = {
    web: `${isOnly ? "the" : "its"} sites are down through it`,
    database: "the sites have no database",
    other: "",
  }[carries];
  const text = `${proxy} has no usable server on ${empty.join(", ")} (${plural(servers.length, "server")})`;
  return [
    {
      id: carries === "database" ? "haproxy.no_database" : "haproxy.no_server",
      severity: "critical",
      subject: proxy,
      text: lost === "" ? text : `${text}: ${lost}`,
      next: "bring one server back first: see each one's check below",
      evidence: empty.map((balancer) => probeKey(showStat.id, balancer)),
      explainedBy: anywhere(...EMPTIED_BY[carries]),
    },
  ];
};

/** What takes all servers of a backend at once. */
const EMPTIED_BY: Readonly<Record<ProxyFact["carries"], readonly string[]>> = {
  web: ["web.all_failing"],
  database: ["galera.cluster_down", "galera.non_primary"],
  other: [],
};

/** Rows written on several members at once collide (certification conflicts): there should be one writer, the same everywhere. */
const writerFindings = (writers: readonly WriterFact[]): readonly HaproxyFinding[] =>
  [...Map.groupBy(writers, ({ proxy }) => proxy)].flatMap(([proxy, views]): HaproxyFinding[] => {
    const known = views.flatMap(({ loadBalancer, to }) =>
      to.state === "known" && to.value.role !== "none" ? [{ loadBalancer, hosts: to.value.hosts }] : [],
    );
    const hosts = new Set(known.flatMap((writer) => writer.hosts));
    if (hosts.size < 2) return [];
    const each = known.map((writer) => `${writer.loadBalancer} → ${writer.hosts.join(", ")}`).join("; ");
    return [
      {
        id: "haproxy.several_writers",
        severity: "warning",
        subject: proxy,
        text: `${proxy} sends database writes to ${hosts.size} members: ${each}`,
        next: "leave one server active in this proxy and mark the others `backup`",
        evidence: known.map(({ loadBalancer }) => probeKey(showStat.id, loadBalancer)),
        explainedBy: anywhere("haproxy.disagree"),
      },
    ];
  });
