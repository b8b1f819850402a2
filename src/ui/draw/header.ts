import type { Role } from "../../inventory/cluster.ts";
import { duration } from "../../systems/format.ts";
import { clockTime } from "../clock.ts";
import { fitLine, lineWidth, piece, spread, strong, type Line } from "../line.ts";
import type { Theme } from "../theme.ts";

export interface Heading {
  readonly cluster: string;
  readonly demo: boolean;
  readonly role: Role;
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
  const filler = piece(" ".repeat(Math.max(1, CLOCK_WIDTH - lineWidth(clock))));
  const right: Line = [piece("  "), strong(roleWords(heading.role)), piece("   "), ...clock, filler];
  const whole: Line = [strong(" midwatch"), dot, ...where];
  const fits = lineWidth(whole) + lineWidth(right) <= width;
  return spread(fits ? whole : [piece(" "), ...where], right, width, theme);
};

const roleWords = (role: Role): string => (role === "viewer" ? "READ-ONLY viewer" : "OPERATOR locked");

const clockPart = ({ nowMs, newestAtMs, paused }: Heading, theme: Theme): Line => {
  const age = newestAtMs === undefined ? undefined : nowMs - newestAtMs;
  const words = age === undefined ? "no answer" : duration(age);
  const time = piece(`${clockTime(nowMs)} ${theme.glyph.dot} `);
  if (paused) return [time, strong(`PAUSED ${words}`, "warning")];
  if (age !== undefined && age > OLD_MS) return [time, strong(`${theme.symbol.unknown} ${words}`, "unknown")];
  return [time, piece(words)];
};

/** A screen too small for anything else still says what is wrong. */
export const tooSmall = (headline: readonly Line[], width: number, rows: number, theme: Theme): readonly Line[] =>
  [...headline, [piece(" terminal too small: 60x20 is the least", "dim")]]
    .slice(0, Math.max(1, rows))
    .map((line) => fitLine(line, width, theme));
