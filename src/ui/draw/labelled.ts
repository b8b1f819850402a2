import type { Tone } from "../../systems/pane.ts";
import { piece, type Line } from "../line.ts";
import { cut, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";

/** Before what is said: `sends`, `wants`. */
const LABEL = 7;

/** At most `most` lines; what is cut off ends in a mark. */
export const labelled = (
  label: string,
  text: string,
  tone: Tone,
  width: number,
  theme: Theme,
  most = Number.POSITIVE_INFINITY,
): readonly Line[] => {
  const room = Math.max(10, width - LABEL);
  const all = wrap(theme.text(text), room);
  const shown =
    all.length <= most ? all : [...all.slice(0, most - 1), cut(all.slice(most - 1).join(" "), room, theme.glyph.cut)];
  return shown.map((line, i): Line => [piece((i === 0 ? label : "").padEnd(LABEL), "dim"), piece(line, tone)]);
};
