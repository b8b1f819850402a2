import type { Link } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { compareSeverity, worstOf, type Finding, type Severity } from "../systems/finding.ts";
import { span } from "../systems/pane.ts";
import type { Look, SealedSystem } from "../systems/sealed.ts";
import type { Context } from "../systems/system.ts";
import { headlineOf } from "./headline.ts";
import { keep } from "./keep.ts";
import type { HostPicture, Picture, SystemPicture } from "./picture.ts";
import { samplesAt } from "./samples.ts";
import type { Slot } from "./slots.ts";

export interface Looking {
  readonly cluster: Cluster;
  readonly systems: readonly SealedSystem[];
  readonly slots: ReadonlyMap<string, Slot>;
  /** Which probes belong to which room, by room id. */
  readonly keysOf: (systemId: string) => readonly string[];
  readonly link: (host: string) => Link;
}

/** Makes the picture of this moment from all samples; parts that did not change keep their identity. Pure but for `previous`. */
export const lookAt = (looking: Looking, nowMs: number, previous: Picture | undefined): Picture => {
  const { cluster, slots, link } = looking;
  const context: Context = { cluster, nowMs, samples: samplesAt(slots, link, nowMs) };
  const systems = looking.systems.map((system): SystemPicture => {
    const pending = looking.keysOf(system.id).some((key) => slots.get(key)?.takenSeq === 0);
    return { id: system.id, title: system.title, pending, ...guarded(system, context) };
  });
  const findings = systems
    .flatMap((system) => system.findings)
    .toSorted((a, b) => compareSeverity(b.severity, a.severity));
  const newestAtMs = newestAnswer(slots);
  const overall = worstOf(
    systems.flatMap((system) => [system.pane.severity, ...system.findings.map((f) => f.severity)]),
  );
  return keep<Picture>(previous, {
    cluster,
    nowMs,
    overall,
    ...headlineOf(overall, findings, systems, slots),
    hosts: cluster.hosts.map((host): HostPicture => hostPicture(host.name, link(host.name), findings)),
    systems,
    findings,
    paused: false,
    ...(newestAtMs === undefined ? {} : { newestAtMs }),
  });
};

/** A room that throws is a defect; at 2 a.m. it costs its own pane, says so, and counts as unknown. */
const guarded = (system: SealedSystem, context: Context): Look => {
  try {
    return system.look(context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `midwatch could not judge ${system.title}: ${why}`;
    return {
      facts: {},
      findings: [{ id: `${system.id}.defect`, severity: "unknown", subject: system.title, text, evidence: [] }],
      pane: { severity: "unknown", summary: [span(text, "unknown")], tables: [] },
    };
  }
};

const hostPicture = (name: string, link: Link, findings: readonly Finding[]): HostPicture => {
  const finding = findings.find((each) => each.host === name);
  const severity: Severity = finding?.severity ?? (link.state === "up" ? "ok" : "unknown");
  return { name, link, severity, ...(finding === undefined ? {} : { finding }) };
};

const newestAnswer = (slots: ReadonlyMap<string, Slot>): number | undefined => {
  let newest: number | undefined;
  for (const { history } of slots.values()) {
    const atMs = history.at(-1)?.atMs;
    if (atMs !== undefined && (newest === undefined || atMs > newest)) newest = atMs;
  }
  return newest;
};
