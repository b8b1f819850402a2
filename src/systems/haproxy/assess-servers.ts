import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { duration } from "../format.ts";
import { probeKey } from "../probe.ts";
import { showServersState, showStat } from "./commands.ts";
import { drainWords } from "./drain-eta.ts";
import type { HaproxyFacts, ProxyFact, ServerFact, ServerView } from "./facts-schema.ts";
import { isWeightless, knownViews } from "./views.ts";
import type { HaproxyFinding } from "./rules.ts";

type Seen = ReturnType<typeof knownViews>[number];

/** What is wrong with one server, across the load balancers that see it. */
export const serverFindings = (
  { proxy, carries }: Pick<ProxyFact, "proxy" | "carries">,
  server: ServerFact,
  balancers: readonly string[],
  /** The procedure that is at work on its host, by its title: what is out is then no surprise. */
  working?: string,
): readonly HaproxyFinding[] => {
  const name = `${proxy}/${server.server}`;
  const seen = knownViews(server.views);
  const about = { subject: name, ...(server.host === undefined ? {} : { host: server.host }) };
  const evidence = (views: readonly Seen[]) =>
    views.flatMap(({ loadBalancer }) => [showStat, showServersState].map(({ id }) => probeKey(id, loadBalancer)));
  const findings: HaproxyFinding[] = [];

  const down = seen.filter(({ view }) => view.state === "down");
  const [first] = down;
  if (first !== undefined) {
    const { check, status } = first.view;
    const text =
      check?.passed === true
        ? `${name} comes back${on(down, balancers)}: its check passes again, once or twice more and it is UP`
        : `${name} is down${on(down, balancers)}: ${check?.words ?? status}${lasting(first.view)}`;
    findings.push({
      id: "haproxy.server_down",
      severity: "warning",
      text,
      next: check?.passed === true ? "wait for its checks" : nextOf(carries, server.host),
      evidence: evidence(down),
      explainedBy: causesOf(carries, server.host),
      ...about,
    });
  }
  for (const state of ["draining", "maintenance"] as const) {
    const out = seen.filter(({ view }) => view.state === state);
    const [one] = out;
    if (one === undefined) continue;
    const hand = one.view.admin.state === "known" ? one.view.admin.value.by.join(", ") : "";
    const configured = hand === "by its configuration";
    const by = working === undefined || configured ? hand : `by the ${working}, which is at work on it`;
    findings.push({
      id: state === "draining" ? "haproxy.drained" : "haproxy.maintenance",
      severity: configured || working !== undefined ? "info" : "warning",
      text: `${name} is ${state === "draining" ? "drained" : "in maintenance"}${on(out, balancers)}${by === "" ? "" : ` ${by}`}${lasting(one.view)}${drainWords(one.view.sessions, one.view.drain)}`,
      next: configured
        ? AS_CONFIGURED
        : working !== undefined
          ? `leave it to the ${working}`
          : server.host === undefined
            ? `when it is well, on every load balancer: set server ${name} state ready`
            : `when it is well: R on ${server.host}, or midwatch run return --host ${server.host}`,
      evidence: evidence(out),
      ...about,
    });
  }
  const weightless = seen.filter(({ view }) => isWeightless(view));
  const [light] = weightless;
  if (light !== undefined) {
    const { admin } = light.view;
    const configured = admin.state === "known" && admin.value.configuredWeight === 0;
    findings.push({
      id: "haproxy.weight_zero",
      severity: configured ? "info" : "warning",
      text: `${name} gets nothing new${on(weightless, balancers)}: its weight is 0${configured ? " by its configuration" : ""}`,
      next: configured ? AS_CONFIGURED : `when it is well, on every load balancer: set server ${name} weight 100%`,
      evidence: evidence(weightless),
      ...about,
    });
  }
  if (!server.agreed) {
    const each = seen.map(({ loadBalancer, view }) => `${loadBalancer} ${view.status}`).join(", ");
    findings.push({
      id: "haproxy.disagree",
      severity: "warning",
      text: `load balancers see ${name} differently: ${each}`,
      next: "set the same state on every load balancer, or see why one cannot reach it",
      evidence: evidence(seen),
      explainedBy:
        server.host === undefined
          ? []
          : onHost(server.host, "host.unreachable", "haproxy.drained", "haproxy.maintenance", "haproxy.server_down"),
      ...about,
    });
  }
  return findings;
};

const AS_CONFIGURED = "nothing, if its configuration still means it";

/** Of a host that is silent to us alone: what the load balancers' checks still say of it. */
export const stillServing = (
  { proxies }: HaproxyFacts,
  isSilent: (host: string) => boolean,
): readonly HaproxyFinding[] =>
  proxies.flatMap(({ proxy, servers }) =>
    servers.flatMap(({ server, host, views }): readonly HaproxyFinding[] => {
      if (host === undefined || !isSilent(host)) return [];
      const passing = knownViews(views).filter(({ view }) => view.state === "up" && view.check?.passed === true);
      if (passing.length === 0) return [];
      const by = passing.map(({ loadBalancer }) => loadBalancer);
      return [
        {
          id: "haproxy.still_serves",
          severity: "info",
          subject: `${proxy}/${server}`,
          host,
          text: `${by.join(" and ")} still ${by.length === 1 ? "sees" : "see"} ${proxy}/${server} UP: it serves, though it cannot be asked from here`,
          next: `look at the way from this machine to ${host} before you touch ${host}`,
          evidence: by.map((balancer) => probeKey(showStat.id, balancer)),
          explainedBy: [...onHost(host, "host.unreachable"), ...anywhere("host.none_reachable")],
        },
      ];
    }),
  );

type Carries = ProxyFact["carries"];

/** What the other rooms say of the host behind a server whose checks fail; the page's own failure last. */
const CAUSES: Readonly<Record<Carries, readonly string[]>> = {
  web: ["web.down", "web.fpm_down", "web.php_lost", "web.php_off", "web.source_served", "web.health"],
  database: [
    "galera.member_down",
    "galera.member_silent",
    "galera.member_starting",
    "galera.member_stopping",
    "galera.member_cut_off",
    "galera.disconnected",
    "galera.not_ready",
    "galera.not_synced",
    "galera.desync",
    "galera.maint_mode",
    "galera.read_only",
    "galera.rejects_queries",
    "galera.member_unknown",
  ],
  other: [],
};

const causesOf = (carries: Carries, host: string | undefined): readonly Explanation[] => [
  ...(carries === "database" ? anywhere("galera.cluster_down", "galera.non_primary", "haproxy.no_database") : []),
  ...(host === undefined ? [] : onHost(host, "host.unreachable", ...CAUSES[carries])),
];

const nextOf = (carries: Carries, host: string | undefined): string => {
  const pane = { web: "the web pane", database: "the galera pane", other: "it" }[carries];
  return host === undefined ? "see why on the server itself" : `see why on ${host}: ${pane} and its log`;
};

/** Where, when that is not all of them; with one load balancer it goes without saying. */
const on = (views: readonly Seen[], balancers: readonly string[]): string =>
  views.length === balancers.length ? "" : ` on ${views.map(({ loadBalancer }) => loadBalancer).join(", ")}`;

const lasting = ({ forMs }: ServerView): string => (forMs === undefined ? "" : `, for ${duration(forMs)}`);
