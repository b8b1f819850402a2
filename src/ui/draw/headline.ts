import { plural } from "../../systems/format.ts";
import type { Picture } from "../../watch/picture.ts";
import { notesIn } from "../findings.ts";
import { fitLine, piece, strong, type Line } from "../line.ts";
import { wrap } from "../text.ts";
import { SEVERITY_WORD, type Theme } from "../theme.ts";

/** What the headline is made from. */
export type Headlined = Pick<Picture, "overall" | "headline" | "next" | "sites" | "systems" | "stories">;

const NEXT = "Next:";

/** Below the words, not the sign. */
const INDENT = "   ";

/**
 * What is wrong; below it whether the sites are up, and what next. In `rows` lines of `width` columns, always as many:
 * where both do not fit, what is wrong is cut before what to do about it.
 */
export const headlineLines = (picture: Headlined, width: number, rows: number, theme: Theme): readonly Line[] => {
  // A column is kept for the mark that more was to be said.
  const room = Math.max(8, width - INDENT.length - 1);
  const cause = causeLines(picture, room, theme);
  const below = belowLines(picture, room, theme);
  const causeRows = Math.max(1, Math.min(cause.length, rows - below.length));
  const lines = [...shortened(cause, causeRows, theme), ...shortened(below, rows - causeRows, theme)];
  return Array.from({ length: rows }, (_, i) => fitLine(lines[i] ?? [], width, theme));
};

const causeLines = (picture: Headlined, room: number, theme: Theme): readonly Line[] => {
  const { lead, tone, note } = standing(picture, theme);
  // Wrapped with its lead in place, so that the text runs on below it.
  const [first = "", ...more] = wrap(`${"x".repeat(lead.length)}${theme.text(picture.headline)}`, room);
  return [
    [piece(" "), strong(lead, tone), strong(first.slice(lead.length)), ...(more.length === 0 ? note : [])],
    ...more.map((text): Line => [piece(INDENT), strong(text)]),
  ];
};

const belowLines = ({ sites, next }: Headlined, room: number, theme: Theme): readonly Line[] => {
  const standing = sites === undefined ? "" : theme.text(sites.text);
  const told = [
    standing === "" ? "" : `${standing}${next === undefined ? "" : "."}`,
    next === undefined ? "" : theme.text(`${NEXT} ${next}`),
  ];
  const parts = told.filter((part) => part !== "");
  const text = parts.join(" ");
  if (text === "") return [];
  const whole = wrap(text, room);
  // A command is not broken where a line of its own holds it.
  const apart = parts.flatMap((part) => wrap(part, room));
  return (apart.length <= whole.length ? apart : whole).map((line, i): Line => {
    const said = i === 0 && line.startsWith(standing) ? standing.length : 0;
    const at = line.startsWith(NEXT) ? 0 : i === 0 ? line.indexOf(NEXT, said) : -1;
    const word = at < 0 ? said : at;
    return [
      piece(INDENT),
      piece(line.slice(0, said), sites === undefined || sites.severity === "ok" ? "plain" : sites.severity),
      piece(line.slice(said, word)),
      ...(at < 0 ? [] : [strong(NEXT)]),
      piece(line.slice(at < 0 ? said : at + NEXT.length)),
    ];
  });
};

/** As many lines as there is room for; the last one ends in a mark where more was to come. */
const shortened = (lines: readonly Line[], rows: number, theme: Theme): readonly Line[] =>
  lines.length <= rows
    ? lines
    : lines.slice(0, rows).map((line, i) => (i === rows - 1 ? [...line, piece(theme.glyph.cut)] : line));

interface Standing {
  /** Sign and word. */
  readonly lead: string;
  readonly tone: Picture["overall"] | "dim";
  readonly note: Line;
}

const standing = ({ overall, systems, stories }: Headlined, theme: Theme): Standing => {
  // Not knowing yet is no alarm: the first answers are on their way.
  if (overall === "unknown" && systems.every(({ pending }) => pending))
    return { lead: `${theme.glyph.pending} ASKING  `, tone: "dim", note: [] };
  // Notes are no reason not to say that all is well.
  if (overall === "ok" || overall === "info") {
    const notes = notesIn(stories);
    const note = notes === 0 ? [] : [piece(` ${theme.glyph.dot} ${plural(notes, "note")}`, "dim" as const)];
    return { lead: `${theme.symbol.ok} `, tone: "ok", note };
  }
  return { lead: `${theme.symbol[overall]} ${SEVERITY_WORD[overall]}  `, tone: overall, note: [] };
};
