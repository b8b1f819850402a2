import { keyOf } from "../safety/damping.ts";
import { compareSeverity, type Finding } from "../systems/finding.ts";
import type { SystemId } from "../systems/system.ts";
import type { TimelineEvent } from "./event.ts";

/** A finding of a room. */
export interface SystemFinding {
  readonly system: SystemId;
  readonly finding: Finding;
  /** The state lines say it already, or another finding explains it. */
  readonly silent: boolean;
  /** It was there when its probes were first asked: nobody saw it begin. */
  readonly fromStart: boolean;
}

/** Findings the timeline knows to be there, by key. */
export type Known = ReadonlyMap<string, SystemFinding>;

/**
 * Findings that came and went, for what no state line tells: a disk that fills, a heal that stalls. Remarks are left
 * out. One that was there from the start is told only when it is over; one that gets worse is told again. Findings are
 * damped where they are made, so there is no patience here. Pure.
 */
export const findingChanges = (
  before: Known,
  findings: readonly SystemFinding[],
  nowMs: number,
): { readonly known: Known; readonly events: readonly TimelineEvent[] } => {
  const known = new Map<string, SystemFinding>();
  const events: TimelineEvent[] = [];
  for (const each of findings.filter(({ finding }) => finding.severity !== "info")) {
    const key = keyOf(each.finding);
    const was = before.get(key);
    // What was once not worth a line does not begin when its explanation goes.
    const now = was === undefined ? each : each.finding.clearing === true ? was : { ...each, silent: was.silent };
    known.set(key, now);
    const told = was === undefined ? !each.fromStart : compareSeverity(each.finding.severity, was.finding.severity) > 0;
    if (told && !now.silent) events.push(eventOf(each, textOf(each), each.finding.severity, nowMs));
  }
  for (const [key, was] of before) {
    if (!known.has(key) && !was.silent) events.push(eventOf(was, `over: ${textOf(was)}`, "ok", nowMs));
  }
  return { known, events };
};

// The host's name stands beside it.
const textOf = ({ finding: { text, host } }: SystemFinding): string =>
  host !== undefined && text.startsWith(`${host}: `) ? text.slice(host.length + 2) : text;

const eventOf = (
  { system, finding: { subject, host } }: SystemFinding,
  to: string,
  severity: TimelineEvent["severity"],
  atMs: number,
): TimelineEvent => ({ atMs, system, subject, ...(host === undefined ? {} : { host }), to, severity });
