import type { Known } from "../../connect/sample.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { ProxyFact, WriterFact } from "./facts-schema.ts";
import type { Stat } from "./parse-stat.ts";
import { isUsable, knownViews } from "./views.ts";

/**
 * Where one load balancer sends new database connections: to all usable active servers; without one, to the first
 * usable backup in the order of the configuration (HAProxy's `backup`; `option allbackups` cannot be seen from here).
 */
export const writerOf = (
  { proxy, servers }: ProxyFact,
  loadBalancer: string,
  answers: Reading<unknown>,
): WriterFact => {
  // One unknown server could be the writer: then who it is, is not known.
  if (answers.state === "unknown") return { proxy, loadBalancer, to: answers };
  const seen = servers.flatMap((server) => {
    const view = knownViews(server.views).find((each) => each.loadBalancer === loadBalancer)?.view;
    return view === undefined ? [] : [{ server, view }];
  });
  if (seen.length === 0)
    return { proxy, loadBalancer, to: unknownReading("missing", `${loadBalancer} has no servers in a proxy ${proxy}`) };
  const usable = seen.filter(({ view }) => isUsable(view)).map(({ server }) => server);
  const active = usable.filter(({ backup }) => !backup);
  const chosen = active.length > 0 ? active : usable.slice(0, 1);
  return {
    proxy,
    loadBalancer,
    to: {
      state: "known",
      atMs: answers.atMs,
      value: {
        servers: chosen.map(({ server }) => server),
        hosts: [...new Set(chosen.map(({ host, server }) => host ?? server))],
        role: active.length > 0 ? "active" : chosen.length > 0 ? "backup" : "none",
      },
    },
  };
};

/** Where the writes went before they went where they go now, by what was seen in the last minutes. */
export const movedOf = ({ proxy, servers }: ProxyFact, history: readonly Known<Stat>[]): Pick<WriterFact, "moved"> => {
  const hostOf = (name: string): string => servers.find(({ server }) => server === name)?.host ?? name;
  let now: string | undefined;
  let sinceMs = 0;
  for (const { value, atMs } of history.toReversed()) {
    const hosts = [...new Set(writersIn(value, proxy).map((name) => hostOf(name)))];
    const key = hosts.join(" ");
    // Without any writer for a while it has not moved yet.
    if (key === "") continue;
    now ??= key;
    if (key !== now) return { moved: { from: hosts, atMs: sinceMs } };
    sinceMs = atMs;
  }
  return {};
};

const writersIn = ({ servers }: Stat, proxy: string): readonly string[] => {
  const usable = [...servers.values()].filter((each) => each.proxy === proxy && isUsable(each));
  const active = usable.filter(({ backup }) => !backup);
  return (active.length > 0 ? active : usable.slice(0, 1)).map(({ server }) => server);
};
