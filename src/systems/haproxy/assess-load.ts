import type { Thresholds } from "../../inventory/cluster.ts";
import { anywhere } from "../explain.ts";
import { count, percent, plural, rate } from "../format.ts";
import { probeKey } from "../probe.ts";
import { showInfo, showStat } from "./commands.ts";
import type { HaproxyFacts, SideFact } from "./facts-schema.ts";
import { knownViews } from "./views.ts";
import type { HaproxyFinding } from "./rules.ts";

/** Answers per second below which a share says little. */
const ENOUGH_PER_SECOND = 1;

/**
 * Limits that are near, requests that already wait for one, and answers that are errors: on each load balancer by itself,
 * as each has sessions, limits and visitors of its own.
 */
export const loadFindings = (
  { loadBalancers, proxies }: HaproxyFacts,
  thresholds: Thresholds,
): readonly HaproxyFinding[] => {
  const near = nearLimit(thresholds.sessionLimitWarning);
  return [
    ...loadBalancers.flatMap(({ host, process }) =>
      process.state === "unknown"
        ? []
        : near({ name: "HAProxy", host }, process.value.connections, process.value.connectionLimit, showInfo.id),
    ),
    ...proxies.flatMap(({ proxy, sides, servers }) => [
      ...sides.flatMap(({ side, loadBalancer, sessions, sessionLimit, queue }): readonly HaproxyFinding[] =>
        side === "frontend"
          ? near({ name: proxy, host: loadBalancer }, sessions, sessionLimit, showStat.id)
          : waiting(proxy, loadBalancer, queue),
      ),
      ...sides.flatMap((side) => errorShare(proxy, side, thresholds.serverErrorsWarning)),
      ...servers.flatMap(({ server, views }) =>
        knownViews(views).flatMap(({ loadBalancer, view }) =>
          near(
            { name: `${proxy}/${server}`, host: loadBalancer },
            view.sessions,
            view.sessionLimit,
            showStat.id,
          ).concat(waiting(`${proxy}/${server}`, loadBalancer, view.queue)),
        ),
      ),
    ]),
  ];
};

const nearLimit =
  (warning: number) =>
  (
    { name, host }: { readonly name: string; readonly host: string },
    sessions: number,
    limit: number | undefined,
    commandId: string,
  ): readonly HaproxyFinding[] => {
    if (limit === undefined || limit === 0 || sessions / limit < warning) return [];
    const share = `${count(sessions)} of ${count(limit)} (${percent(sessions / limit)})`;
    const subject = `${name} on ${host}`;
    const text = `${subject} nears its session limit: ${share}`;
    const next = "see who has them: the servers' sessions in this pane";
    const evidence = [probeKey(commandId, host)];
    return [{ id: "haproxy.session_limit", severity: "warning", subject, text, next, evidence }];
  };

/** At the frontend, because what HAProxy answers itself (no server, queue too long) is counted only there. */
const errorShare = (proxy: string, fact: SideFact, share: number): readonly HaproxyFinding[] => {
  const { side, loadBalancer, responsesPerSecond: all, responses5xxPerSecond: bad } = fact;
  if (side !== "frontend" || all?.state !== "known" || bad?.state !== "known") return [];
  if (all.value < ENOUGH_PER_SECOND || bad.value / all.value < share) return [];
  const text = `${percent(bad.value / all.value)} of ${proxy}'s answers on ${loadBalancer} are 5xx errors (${rate(bad.value)} a second)`;
  return [
    {
      id: "haproxy.errors",
      severity: "warning",
      subject: `${proxy} on ${loadBalancer}`,
      text,
      next: "see which server errs (5xx/s in this pane), then its log",
      evidence: [probeKey(showStat.id, loadBalancer)],
      explainedBy: anywhere(
        "haproxy.no_server",
        "haproxy.no_database",
        "web.all_failing",
        "redis.down",
        "web.health",
        "host.unreachable",
      ),
    },
  ];
};

const waiting = (name: string, loadBalancer: string, queue: number): readonly HaproxyFinding[] =>
  queue === 0
    ? []
    : [
        {
          id: "haproxy.queue",
          severity: "warning",
          subject: `${name} on ${loadBalancer}`,
          text: `${plural(queue, "request waits", "requests wait")} for ${name} on ${loadBalancer}`,
          next: "see which servers are out, and the sessions of those that are not",
          evidence: [probeKey(showStat.id, loadBalancer)],
          explainedBy: anywhere("haproxy.no_server", "haproxy.session_limit"),
        },
      ];
