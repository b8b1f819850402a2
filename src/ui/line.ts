import type { Tone } from "../systems/pane.ts";
import { fit, widthOf } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A stretch of one line in one style. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone;
  readonly bold?: true;
  /** Swaps fore- and background: visible without colour. */
  readonly inverse?: true;
}

export type Line = readonly Piece[];

export const piece = (text: string, tone: Tone = "plain"): Piece => ({ text, tone });
export const strong = (text: string, tone: Tone = "plain"): Piece => ({ text, tone, bold: true });
export const inverse = (text: string): Piece => ({ text, tone: "plain", inverse: true });

export const EMPTY: Line = [];

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** The characters alone: what tests compare, and what a terminal without any style shows. */
export const plainText = (line: Line): string => line.map(({ text }) => text).join("");

/** Exactly `width` columns, cut from the end with an ellipsis or filled with spaces. */
export const fitLine = (line: Line, width: number, theme: Theme): Line => {
  const out: Piece[] = [];
  let left = width;
  for (const [i, part] of line.entries()) {
    const more = line.slice(i + 1).some(({ text }) => text !== "");
    const taken = widthOf(part.text);
    if (taken < left || (taken === left && !more)) {
      out.push(part);
      left -= taken;
      continue;
    }
    // Full to the brim with more to come is cut too, or nothing would tell that something is missing.
    out.push({ ...part, text: fit(`${part.text}${more ? " " : ""}`, left, "left", theme.glyph.cut) });
    return out;
  }
  if (left > 0) out.push(piece(" ".repeat(left)));
  return out;
};

/** `left` and `right` at the two ends of `width` columns; the left gives way. */
export const spread = (left: Line, right: Line, width: number, theme: Theme): Line => {
  const rightWidth = lineWidth(right);
  if (rightWidth >= width) return fitLine(right, width, theme);
  return [...fitLine(left, width - rightWidth, theme), ...right];
};

/** The whole line as under the cursor: inverse, colours off so that nothing becomes unreadable on them. */
export const underCursor = (line: Line): Line => line.map(({ text }) => ({ text, tone: "plain", inverse: true }));

/** SGR codes of the sixteen-colour set; the terminal's own palette decides how they look. */
const SGR: Readonly<Record<Tone, string>> = {
  plain: "",
  dim: "2",
  ok: "32",
  // Not a colour of its own: remarks must not colour a screen on which all is well.
  info: "",
  warning: "33",
  unknown: "35",
  critical: "31",
};

/** The line as the terminal takes it. Bold, dim and inverse are kept without colour: they are not colours. */
export const paint = (line: Line, theme: Theme): string => line.map((part) => paintPiece(part, theme)).join("");

const paintPiece = ({ text, tone, bold, inverse }: Piece, theme: Theme): string => {
  if (text === "") return "";
  const codes = [
    ...(bold === true || (tone === "critical" && inverse !== true) ? ["1"] : []),
    ...(tone === "dim" || theme.colour ? [SGR[tone]] : []),
    ...(inverse === true ? ["7"] : []),
  ].filter((code) => code !== "");
  return codes.length === 0 ? text : `\u001b[${codes.join(";")}m${text}\u001b[0m`;
};
