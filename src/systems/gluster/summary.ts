import { mapReading } from "../derive.ts";
import { count } from "../format.ts";
import type { Severity } from "../finding.ts";
import { span, type Span } from "../pane.ts";
import type { Reading } from "../reading.ts";
import { trendSpan } from "../series.ts";
import type { Context } from "../system.ts";
import type { GlusterFacts } from "./facts.ts";
import { isBacklog, type Pending, type Trend } from "./heal.ts";
import { healOf } from "./series.ts";

/** `data 0 · wp-core 12+ to heal · split-brain 1 · bricks 5/6 · mounts 6/6` */
export const summaryOf = (facts: GlusterFacts, context: Context): readonly Span[] => {
  const volumes = facts.volumes.filter(({ expected }) => expected);
  const spans: Span[] = [];
  for (const { name, pending, trend } of volumes) {
    if (spans.length > 0) spans.push(span(" · "));
    spans.push(span(`${name} ${pendingText(pending)}`, pendingTone(pending, trend, context)));
    if (pending.state === "known" && pending.value.count > 0 && pending.value.silentBricks === 0)
      spans.push(...trendSpan(context, healOf(name)));
  }
  if (spans.length > 0) spans.push(span(" to heal"));
  const files = volumes.reduce(
    (sum, { pending }) => sum + (pending.state === "known" ? pending.value.splitBrain : 0),
    0,
  );
  if (files > 0) spans.push(span(` · split-brain ${count(files)}`, "critical"));
  const bricks = volumes.flatMap((volume) => volume.bricks.map(({ online }) => online));
  spans.push(...tally("bricks", bricks));
  const mounts = facts.mounts.map(({ mounted, space }): Reading<boolean> => {
    if (mounted.state === "unknown") return mounted;
    if (mounted.value.state !== "right") return { ...mounted, value: false };
    return mapReading(space, ({ state }) => state === "alive");
  });
  spans.push(...tally("mounts", mounts));
  return spans;
};

export const pendingText = (pending: Reading<Pending>): string => {
  if (pending.state === "unknown") return pending.reason === "pending" ? "…" : "?";
  return `${count(pending.value.count)}${pending.value.silentBricks > 0 ? "+?" : ""}`;
};

export const pendingTone = (
  pending: Reading<Pending>,
  trend: Reading<Trend>,
  { cluster }: Pick<Context, "cluster">,
): "plain" | "dim" | Severity => {
  if (pending.state === "unknown") return pending.reason === "pending" ? "dim" : "unknown";
  if (pending.value.silentBricks > 0) return "unknown";
  return isBacklog(pending.value, trend, cluster.thresholds) ? "warning" : pending.value.count > 0 ? "info" : "plain";
};

/** `bricks 5/6`; with `?` when some cannot be told, and nothing known of any as `?`. */
const tally = (what: string, readings: readonly Reading<boolean>[]): readonly Span[] => {
  if (readings.length === 0) return [];
  const known = readings.filter((reading) => reading.state === "known");
  const up = known.filter((reading) => reading.value).length;
  const dark = readings.length - known.length;
  if (known.length === 0) {
    const pending = readings.every((reading) => reading.state === "unknown" && reading.reason === "pending");
    return [span(` · ${what} ${pending ? "…" : "?"}`, pending ? "dim" : "unknown")];
  }
  const tone = known.length > up ? "critical" : dark > 0 ? "unknown" : "plain";
  return [span(` · ${what} `), span(`${up}/${readings.length}${dark > 0 ? ` ${dark}?` : ""}`, tone)];
};
