import type { Link } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { damp, raised, type Damping } from "../safety/damping.ts";
import { storiesOf } from "../safety/stories.ts";
import { verdictOf, type SystemReason } from "../safety/verdict.ts";
import { compareSeverity, worstOf, type Finding, type Severity } from "../systems/finding.ts";
import { span } from "../systems/pane.ts";
import type { Look, SealedSystem, Settle } from "../systems/sealed.ts";
import { sitesWith } from "../systems/sites.ts";
import type { Context } from "../systems/system.ts";
import type { TimelineEvent } from "./event.ts";
import { headlineOf } from "./headline.ts";
import { noticed, NOTHING_SEEN, type Memory } from "./history.ts";
import { keep } from "./keep.ts";
import type { HostPicture, Picture, SystemPicture } from "./picture.ts";
import { withRecent } from "./recorder.ts";
import { samplesAt } from "./samples.ts";
import { seriesKey, trailOf, withValues, type Series } from "./series.ts";
import type { Slot } from "./slots.ts";
import { atWorkOn, underWayReason } from "./under-way.ts";

export interface Looking {
  readonly cluster: Cluster;
  readonly systems: readonly SealedSystem[];
  readonly slots: ReadonlyMap<string, Slot>;
  /** Which probes belong to which room, by room id. */
  readonly keysOf: (systemId: string) => readonly string[];
  readonly link: (host: string) => Link;
  /** False shows every finding at once: for a single look, which has no second sample to wait for. */
  readonly damped: boolean;
}

/** A picture, and what the next look must remember of this one. */
export interface Looked {
  readonly picture: Picture;
  /** By room. */
  readonly damping: ReadonlyMap<string, Damping>;
  readonly memory: Memory;
  readonly series: Series;
  /** What changed since the look before, oldest first. */
  readonly events: readonly TimelineEvent[];
}

const NONE: Series = new Map();

/** Makes the picture of this moment from all samples; parts that did not change keep their identity. Pure but for `before`. */
export const lookAt = (looking: Looking, nowMs: number, before: Looked | undefined): Looked => {
  const { cluster, slots, link } = looking;
  const samples = samplesAt(slots, link, nowMs);
  const atWork = (host: string): string | undefined => atWorkOn({ cluster, samples }, host);
  const context: Context = { cluster, nowMs, samples, atWork };
  const series = before?.series ?? NONE;
  const damping = new Map<string, Damping>();
  const looks = looking.systems.map((system) => {
    let found: readonly Finding[] = [];
    const settle: Settle = (findings) => {
      found = findings;
      if (!looking.damped) return findings;
      const settled = dampRoom(looking, system, before?.damping.get(system.id), findings, nowMs);
      damping.set(system.id, settled);
      return raised(settled);
    };
    const own: Context = looking.damped ? { ...context, series: trailOf(series, system.id, nowMs) } : context;
    const look = guarded(system, own, settle);
    return { system, found, ...look };
  });
  const findings = looks.flatMap((look) => look.findings).toSorted((a, b) => compareSeverity(b.severity, a.severity));
  const systems = looks.map(({ system, facts, pane, findings: own }): SystemPicture => {
    const pending = looking.keysOf(system.id).some((key) => slots.get(key)?.takenSeq === 0);
    return { id: system.id, title: system.title, pending, facts, pane, findings: own };
  });
  const stories = storiesOf(findings);
  const { memory, events } = noticed(
    before?.memory ?? NOTHING_SEEN,
    looks.map(({ system, states, found, findings: own }) => ({ system: system.id, states, found, findings: own })),
    stories,
    new Map([...slots].map(([key, { takenSeq }]) => [key, takenSeq])),
    nowMs,
  );
  const sites = sitesWith(
    looks.find((look) => look.sites !== undefined)?.sites,
    looks.flatMap(({ pageTroubles }) => pageTroubles),
  );
  const newestAtMs = newestAnswer(slots);
  const overall = worstOf([
    ...systems.map((system) => system.pane.severity),
    ...findings.map(({ severity }) => severity),
  ]);
  const underWay = underWayReason(context);
  const picture = keep<Picture>(before?.picture, {
    cluster,
    nowMs,
    overall,
    ...headlineOf(overall, stories, systems, slots, atWork),
    hosts: cluster.hosts.map((host): HostPicture => hostPicture(host.name, link(host.name), findings, looks, underWay)),
    systems,
    findings,
    stories,
    paused: false,
    ...(sites === undefined ? {} : { sites }),
    recent: withRecent(before?.picture.recent ?? [], events),
    ...(newestAtMs === undefined ? {} : { newestAtMs }),
  });
  const values = new Map(
    looks.flatMap(({ system, points }) => points.map(({ id, value }) => [seriesKey(system.id, id), value] as const)),
  );
  return { picture, damping, memory, series: withValues(series, values, nowMs), events };
};

/** Of the shortest interval: answers come a little sooner or later than asked for. */
const ROUND = 0.75;

const dampRoom = (
  looking: Looking,
  { rules }: SealedSystem,
  before: Damping | undefined,
  findings: readonly Finding[],
  nowMs: number,
): Damping => {
  const slotsOf = (keys: readonly string[]): readonly Slot[] => keys.flatMap((key) => looking.slots.get(key) ?? []);
  const patient = new Set(rules.filter((rule) => rule.raise === "twice").map((rule) => rule.id));
  return damp(
    before ?? new Map(),
    findings,
    {
      nowMs,
      answers: ({ evidence }) => {
        const asked = slotsOf(evidence);
        return asked.length === 0 ? undefined : asked.reduce((sum, { takenSeq }) => sum + takenSeq, 0);
      },
      roundMs: ({ evidence }, soonMs) =>
        ROUND * Math.min(soonMs, ...slotsOf(evidence).map(({ probe }) => probe.everyMs)),
    },
    (finding) => !patient.has(finding.id),
  );
};

/** A room that throws is a defect; at 2 a.m. it costs its own pane, says so, and counts as unknown. */
const guarded = (system: SealedSystem, context: Context, settle: Settle): Look => {
  try {
    return system.look(context, settle);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `midwatch could not judge ${system.title}: ${why}`;
    return {
      facts: {},
      findings: [{ id: `${system.id}.defect`, severity: "unknown", subject: system.title, text, evidence: [] }],
      pane: { severity: "unknown", summary: [span(text, "unknown")], tables: [] },
      reasons: new Map(context.cluster.hosts.map(({ name }) => [name, [{ stance: "unknown", text, evidence: [] }]])),
      states: [],
      points: [],
      pageTroubles: [],
    };
  }
};

const hostPicture = (
  name: string,
  link: Link,
  findings: readonly Finding[],
  looks: readonly (Look & { readonly system: SealedSystem })[],
  underWay: SystemReason,
): HostPicture => {
  const finding = findings.find((each) => each.host === name);
  const severity: Severity = finding?.severity ?? (link.state === "up" ? "ok" : "unknown");
  const reasons = looks.flatMap(({ system, reasons: said }) =>
    (said.get(name) ?? []).map((reason): SystemReason => ({ ...reason, system: system.id })),
  );
  // That nobody is at the cluster says nothing of a host of which no system speaks.
  const verdict = verdictOf(name, reasons.length === 0 ? [] : [...reasons, underWay]);
  return { name, link, severity, verdict, ...(finding === undefined ? {} : { finding }) };
};

const newestAnswer = (slots: ReadonlyMap<string, Slot>): number | undefined => {
  let newest: number | undefined;
  for (const { history } of slots.values()) {
    const atMs = history.at(-1)?.atMs;
    if (atMs !== undefined && (newest === undefined || atMs > newest)) newest = atMs;
  }
  return newest;
};
