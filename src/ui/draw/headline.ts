import type { Picture } from "../../watch/picture.ts";
import { fitLine, piece, strong, type Line } from "../line.ts";
import { wrap } from "../text.ts";
import { SEVERITY_WORD, type Theme } from "../theme.ts";

const NEXT = "Next:";

/**
 * What is wrong and what next, in `rows` lines of `width` columns: symbol, word and text, the next step below. Always
 * the same number of lines.
 */
export const headlineLines = (
  picture: Pick<Picture, "overall" | "headline" | "next" | "systems">,
  width: number,
  rows: number,
  theme: Theme,
): readonly Line[] => {
  const [symbol, word, tone] = standing(picture, theme);
  const lead = `${symbol} ${word}  `;
  // A column is kept for the mark that more was to be said.
  const room = Math.max(8, width - 4);
  // Wrapped with its lead in place, so that the text runs on below it.
  const [first = "", ...more] = wrap(`${"x".repeat(lead.length)}${theme.text(picture.headline)}`, room);
  const [next, ...further] = picture.next === undefined ? [] : wrap(theme.text(`${NEXT} ${picture.next}`), room);
  const lines: readonly Line[] = [
    [piece(" "), strong(lead, tone), strong(first.slice(lead.length))],
    ...more.map((text): Line => [piece("   "), strong(text)]),
    ...(next === undefined ? [] : [[piece("   "), strong(NEXT), piece(next.slice(NEXT.length))]]),
    ...further.map((text): Line => [piece(`   ${text}`)]),
  ];
  return Array.from({ length: rows }, (_, i) => {
    const line = lines[i] ?? [];
    return i === rows - 1 && lines.length > rows
      ? [...line, piece(` ${theme.glyph.cut}`)]
      : fitLine(line, width, theme);
  });
};

type Standing = readonly [symbol: string, word: string, tone: Picture["overall"] | "dim"];

const standing = ({ overall, systems }: Pick<Picture, "overall" | "systems">, theme: Theme): Standing => {
  // Not knowing yet is no alarm: the first answers are on their way.
  if (overall === "unknown" && systems.every(({ pending }) => pending)) return [theme.glyph.pending, "ASKING", "dim"];
  // Remarks are no reason not to say that all is well.
  const severity = overall === "info" ? "ok" : overall;
  return [theme.symbol[severity], SEVERITY_WORD[severity], severity];
};
