import type { Thresholds } from "../../inventory/cluster.ts";
import type { Finding } from "../finding.ts";
import { count, percent, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import { showInfo, showStat } from "./commands.ts";
import type { HaproxyFacts } from "./facts-schema.ts";
import { knownViews } from "./views.ts";

/** Limits that are near, and requests that already wait for one. */
export const loadFindings = ({ loadBalancers, proxies }: HaproxyFacts, thresholds: Thresholds): readonly Finding[] => {
  const near = nearLimit(thresholds.sessionLimitWarning);
  return [
    ...loadBalancers.flatMap(({ host, process }) =>
      process.state === "unknown"
        ? []
        : near(`HAProxy on ${host}`, host, process.value.connections, process.value.connectionLimit, showInfo.id),
    ),
    ...proxies.flatMap(({ proxy, sides, servers }) => [
      ...sides.flatMap(({ side, loadBalancer, sessions, sessionLimit, queue }): readonly Finding[] =>
        side === "frontend"
          ? near(proxy, loadBalancer, sessions, sessionLimit, showStat.id)
          : waiting(proxy, loadBalancer, queue),
      ),
      ...servers.flatMap(({ server, views }) =>
        knownViews(views).flatMap(({ loadBalancer, view }) =>
          near(`${proxy}/${server}`, loadBalancer, view.sessions, view.sessionLimit, showStat.id).concat(
            waiting(`${proxy}/${server}`, loadBalancer, view.queue),
          ),
        ),
      ),
    ]),
  ];
};

const nearLimit =
  (warning: number) =>
  (
    subject: string,
    host: string,
    sessions: number,
    limit: number | undefined,
    commandId: string,
  ): readonly Finding[] => {
    if (limit === undefined || limit === 0 || sessions / limit < warning) return [];
    const share = `${count(sessions)} of ${count(limit)} (${percent(sessions / limit)})`;
    const text = `${subject} nears its session limit: ${share}`;
    return [{ id: "haproxy.session_limit", severity: "warning", subject, text, evidence: [probeKey(commandId, host)] }];
  };

const waiting = (subject: string, loadBalancer: string, queue: number): readonly Finding[] =>
  queue === 0
    ? []
    : [
        {
          id: "haproxy.queue",
          severity: "warning",
          subject,
          text: `${plural(queue, "request waits", "requests wait")} for ${subject} on ${loadBalancer}`,
          evidence: [probeKey(showStat.id, loadBalancer)],
        },
      ];
