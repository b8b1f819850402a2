import type { Role } from "../../inventory/cluster.ts";
import { duration } from "../../systems/format.ts";
import { UNLOCKED_MS, type Unlocked } from "../act/unlocking.ts";
import { clockTime } from "../clock.ts";
import { fitLine, lineWidth, piece, spread, strong, type Line } from "../line.ts";
import type { Theme } from "../theme.ts";

export interface Heading {
  readonly cluster: string;
  readonly demo: boolean;
  readonly role: Role;
  /** An operator's console that may change things now. */
  readonly unlocked: Pick<Unlocked, "operator" | "endsAtMs"> | undefined;
  readonly paused: boolean;
  /** Arrival of the newest answer. */
  readonly newestAtMs: number | undefined;
  readonly nowMs: number;
}

/** Without an answer for this long the picture is old, whatever the intervals are. */
const OLD_MS = 10_000;

/** Clock and age keep this width, so that the role before them does not move. */
const CLOCK_WIDTH = 19;

/**
 * The first line, in every view and at every width: where this is, in what role, what time it is, how old the picture.
 * The program's name gives way first, then the cluster's: what is a demo and who may change what never go out of sight.
 */
export const headerLine = (heading: Heading, width: number, theme: Theme): Line => {
  const dot = piece(` ${theme.glyph.dot} `, "dim");
  const where: Line = [...(heading.demo ? [strong("DEMO"), dot] : []), strong(theme.text(heading.cluster))];
  const clock = clockPart(heading, theme);
  const right = (role: string, clockWidth: number): Line => {
    const filler = piece(" ".repeat(Math.max(1, clockWidth - lineWidth(clock))));
    return [piece("  "), strong(theme.text(role)), piece("   "), ...clock, filler];
  };
  const whole: Line = [strong(" midwatch"), dot, ...where];
  const brief: Line = [piece(" "), ...where];
  const role = roleWords(heading);
  const shortRole = roleWords({ ...heading, unlocked: heading.unlocked && { ...heading.unlocked, operator: "" } });
  const ways = [
    [whole, right(role, CLOCK_WIDTH)],
    [brief, right(role, CLOCK_WIDTH)],
    [brief, right(shortRole, 0)],
  ] as const;
  const fits = ways.find(([left, at]) => lineWidth(left) + lineWidth(at) <= width) ?? ways[2];
  return spread(fits[0], fits[1], width, theme);
};

/** Longer names are cut: the role must stay in sight. */
const LONGEST_NAME = 12;

/** `OPERATOR alex · unlocked 29:41`: who may change what, in words, in every view. */
export const roleWords = ({ role, unlocked, nowMs }: Pick<Heading, "role" | "unlocked" | "nowMs">): string => {
  if (role === "viewer") return "READ-ONLY viewer";
  if (unlocked === undefined) return "OPERATOR locked";
  const who = unlocked.operator === "" ? "" : `${unlocked.operator.slice(0, LONGEST_NAME)} · `;
  // The clock is looked at once a second, and may be older than the last action.
  const leftMs = Math.min(UNLOCKED_MS, Math.max(0, unlocked.endsAtMs - nowMs));
  const seconds = Math.ceil(leftMs / 1_000);
  return `OPERATOR ${who}unlocked ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

const clockPart = ({ nowMs, newestAtMs, paused }: Heading, theme: Theme): Line => {
  const age = newestAtMs === undefined ? undefined : nowMs - newestAtMs;
  const words = age === undefined ? "no answer" : duration(age);
  const time = piece(`${clockTime(nowMs)} ${theme.glyph.dot} `);
  if (paused) return [time, strong(`PAUSED ${words}`, "warning")];
  if (age !== undefined && age > OLD_MS) return [time, strong(`${theme.symbol.unknown} ${words}`, "unknown")];
  return [time, piece(words)];
};

/** A screen too small for anything else still says what is wrong. */
export const tooSmall = (
  headline: readonly Line[],
  role: string,
  width: number,
  rows: number,
  theme: Theme,
): readonly Line[] =>
  [[strong(theme.text(` ${role}`))], ...headline, [piece(" terminal too small: 60x20 is the least", "dim")]]
    .slice(0, Math.max(1, rows))
    .map((line) => fitLine(line, width, theme));
