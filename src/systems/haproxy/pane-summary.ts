import { duration } from "../format.ts";
import { span, type Span, type Tone } from "../pane.ts";
import { trendSpan } from "../series.ts";
import { joined } from "../spans.ts";
import type { Context } from "../system.ts";
import type { HaproxyFacts, ProxyFact, ServerFact, WriterFact } from "./facts-schema.ts";
import { haproxySeries } from "./series.ts";
import { isUsable, isWeightless, usableEverywhere, worstView } from "./views.ts";

/** `web 3/3 · mysql 1+1 · web3 DOWN (connection refused) 4m · writer web1 · web 37 sessions ▂▃▃▄▄`. */
export const haproxySummary = (facts: HaproxyFacts, context: Context): readonly Span[] => {
  const silent = facts.loadBalancers.filter(({ answers }) => answers.state === "unknown");
  const out = facts.proxies.flatMap(({ proxy, servers }) =>
    servers.flatMap((server): { readonly proxy: string; readonly server: string; readonly words: string }[] => {
      const words = outOf(server);
      return words === undefined ? [] : [{ proxy, server: server.server, words }];
    }),
  );
  return joined([
    ...silent.map(({ host, answers }) => [
      answers.state === "unknown" && answers.reason === "pending"
        ? span(`asking ${host}`, "dim")
        : span(`${host} not seen`, "unknown"),
    ]),
    ...facts.proxies.filter(({ servers }) => servers.length > 0).map((proxy) => [upCount(proxy)]),
    ...byServer(out),
    writerSpans(facts.writers),
    ...sessionSpans(facts, context),
  ]);
};

/** What visitors do, where there is a course to show; the number alone stands in the table. */
const sessionSpans = (facts: HaproxyFacts, context: Context): readonly (readonly Span[])[] => {
  const web = new Set(facts.proxies.filter(({ carries }) => carries === "web").map(({ proxy }) => proxy));
  return haproxySeries(facts)
    .filter(({ id }) => web.has(id))
    .flatMap(({ id, text }) => {
      const trend = trendSpan(context, id);
      return trend.length === 0 ? [] : [[span(`${id} ${text} sessions`), ...trend]];
    });
};

const upCount = ({ proxy, servers }: ProxyFact): Span => {
  const usable = servers.filter((server) => usableEverywhere(server) === true);
  if (servers.some((server) => usableEverywhere(server) === undefined)) return span(`${proxy} ?`, "unknown");
  const backups = usable.filter(({ backup }) => backup).length;
  const tone: Tone = usable.length === 0 ? "critical" : usable.length < servers.length ? "warning" : "plain";
  return servers.some(({ backup }) => backup)
    ? span(`${proxy} ${usable.length - backups}+${backups}`, tone)
    : span(`${proxy} ${usable.length}/${servers.length}`, tone);
};

/** Why new visitors do not get to it; undefined when they do. */
const outOf = (server: ServerFact): string | undefined => {
  const worst = worstView(server)?.view;
  if (worst === undefined || isUsable(worst)) return undefined;
  if (isWeightless(worst)) return "weight 0";
  const [status = worst.status] = worst.status.split(" ");
  const why = worst.state === "down" && worst.check !== undefined ? ` (${worst.check.words})` : "";
  return `${status}${why}${worst.forMs === undefined ? "" : ` ${duration(worst.forMs)}`}`;
};

/** A server that is out alike in several proxies is said once. */
const byServer = (
  out: readonly { readonly proxy: string; readonly server: string; readonly words: string }[],
): readonly (readonly Span[])[] =>
  Array.from(
    Map.groupBy(out, ({ server, words }) => `${server} ${words}`),
    ([text, [first, ...more]]) => [
      span(first === undefined || more.length > 0 ? text : `${first.proxy}/${text}`, "warning"),
    ],
  );

const writerSpans = (writers: readonly WriterFact[]): readonly Span[] => {
  if (writers.length === 0) return [];
  const hosts = new Set(writers.flatMap(({ to }) => (to.state === "known" ? to.value.hosts : [])));
  if (writers.some(({ to }) => to.state === "unknown")) return [span("writer ?", "unknown")];
  if (hosts.size === 0) return [span("no writer", "critical")];
  return hosts.size === 1
    ? [span(`writer ${[...hosts].join("")}`)]
    : [span(`several writers: ${[...hosts].join(", ")}`, "warning")];
};
