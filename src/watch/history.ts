import { keyOf } from "../safety/damping.ts";
import type { Story } from "../safety/stories.ts";
import type { Finding } from "../systems/finding.ts";
import type { StateLine } from "../systems/state-line.ts";
import type { SystemId } from "../systems/system.ts";
import { changesOf, type SystemLine, type Things } from "./changes.ts";
import type { TimelineEvent } from "./event.ts";
import { findingChanges, type Known } from "./finding-changes.ts";

/** How many answers every probe has had, by its key. */
export type Answers = ReadonlyMap<string, number>;

/** What the timeline remembers between two looks. */
export interface Memory {
  readonly things: Things;
  readonly known: Known;
  /** Findings that are there, held back ones included; true where they came with the first answer of a probe. */
  readonly sighted: ReadonlyMap<string, boolean>;
  readonly answers: Answers;
}

export const NOTHING_SEEN: Memory = { things: new Map(), known: new Map(), sighted: new Map(), answers: new Map() };

/** One room at one moment. */
export interface RoomLook {
  readonly system: SystemId;
  readonly states: readonly StateLine[];
  /** As the room found them. */
  readonly found: readonly Finding[];
  /** As they are shown: damped. */
  readonly findings: readonly Finding[];
}

/** What changed since the look before, for the timeline. Pure. */
export const noticed = (
  before: Memory,
  rooms: readonly RoomLook[],
  stories: readonly Story[],
  answers: Answers,
  nowMs: number,
): { readonly memory: Memory; readonly events: readonly TimelineEvent[] } => {
  const lines = rooms.flatMap(({ system, states }) => states.map((line): SystemLine => ({ ...line, system })));
  const { things, events } = changesOf(before.things, lines, (key) => answers.get(key) ?? 0, nowMs);
  const sighted = new Map(
    rooms
      .flatMap(({ found, findings }) => [...found, ...findings])
      .map((finding) => [
        keyOf(finding),
        before.sighted.get(keyOf(finding)) ?? finding.evidence.some((key) => (before.answers.get(key) ?? 0) === 0),
      ]),
  );
  const isSilent = silencer(stories, lines);
  const findings = rooms.flatMap(({ system, findings: shown }) =>
    shown.map((finding) => ({
      system,
      finding,
      silent: isSilent(finding),
      fromStart: sighted.get(keyOf(finding)) === true,
    })),
  );
  const { known, events: more } = findingChanges(before.known, findings, nowMs);
  return { memory: { things, known, sighted, answers }, events: [...events, ...more] };
};

/** Findings that are somebody else's consequence, say what a state says, or only that a host is out of sight. */
const silencer = (stories: readonly Story[], lines: readonly SystemLine[]): ((finding: Finding) => boolean) => {
  const roots = new Set(stories.map(({ root }) => root));
  const said = new Set(lines.flatMap(({ says }) => says));
  const dark = new Set(
    lines.filter(({ system, severity }) => system === "host" && severity === "unknown").map(({ host }) => host),
  );
  return (finding) =>
    !roots.has(finding) ||
    said.has(finding.id) ||
    (finding.severity === "unknown" && finding.host !== undefined && dark.has(finding.host));
};
