import type { Finding } from "../finding.ts";
import { span, type Span } from "../pane.ts";
import { trendSpan } from "../series.ts";
import { rowSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import type { GaleraFacts } from "./facts.ts";
import { windowWords } from "./gcache.ts";
import { isDown } from "./presence.ts";
import { WRITES } from "./series.ts";

/** `3/3 Primary · writes web1 · IST 41m`, `2/3 Primary · web3 stopped · writes web1 · IST left 38m`. */
export const summaryOf = (facts: GaleraFacts, findings: readonly Finding[], context: Context): readonly Span[] => {
  const { primarySize, members, writers } = facts;
  const spans: Span[] = [sizeSpan(facts)];
  for (const member of members) {
    const { host, presence, view } = member;
    if (presence.state === "unknown") {
      if (presence.reason !== "pending") spans.push(span(` · ${host} ${presence.reason}`, "unknown"));
    } else if (view.state === "unknown") {
      const tone = rowSeverity(findings, host);
      spans.push(span(` · ${host} ${presence.value}`, tone === "ok" ? "unknown" : tone));
    } else if (!view.value.primary || view.value.state !== 4) {
      spans.push(
        span(
          ` · ${host} ${view.value.primary ? view.value.stateComment : view.value.clusterStatus}`,
          rowSeverity(findings, host),
        ),
      );
    }
  }
  if (writers.state === "known" && primarySize.state === "known") {
    spans.push(span(writers.value.length === 0 ? " · no writes" : ` · writes ${writers.value.join(" ")}`));
    spans.push(...trendSpan(context, WRITES));
  }
  const window = istWords(facts);
  if (window !== "") spans.push(span(` · ${window}`));
  return spans;
};

const sizeSpan = ({ primarySize, expectedSize, groups, members }: GaleraFacts): Span => {
  if (primarySize.state === "known")
    return span(
      `${primarySize.value}/${expectedSize} Primary`,
      primarySize.value === expectedSize ? "plain" : "critical",
    );
  if (groups.length > 0) return span(`0/${expectedSize} Primary`, "critical");
  const pending = members.every(({ view }) => view.state === "unknown" && view.reason === "pending");
  if (pending) return span("…", "dim");
  const down = members.every(({ presence }) => presence.state === "known" && isDown(presence.value));
  return down ? span(`0/${expectedSize} running`, "critical") : span(`?/${expectedSize}`, "unknown");
};

const istWords = ({ members, primarySize }: GaleraFacts): string => {
  if (primarySize.state === "unknown") return "";
  const away = members.find(({ rejoin }) => rejoin !== undefined)?.rejoin;
  if (away !== undefined)
    return away.by === "SST" ? "SST needed" : away.leftMs === undefined ? "" : `IST left ${windowWords(away.leftMs)}`;
  const windows = members.flatMap(({ gcache }) =>
    gcache.state === "known" && gcache.value.windowMs !== undefined ? [gcache.value.windowMs] : [],
  );
  const shortestMs = Math.min(...windows);
  // Worth a place in the line only while it is short enough to matter to whoever takes a member out today.
  return shortestMs < 86_400_000 ? `IST ${windowWords(shortestMs)}` : "";
};
