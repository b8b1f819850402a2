import type { Tone } from "../../systems/pane.ts";
import { fitLine, piece, strong, type Line } from "../line.ts";
import { cut, widthOf } from "../text.ts";
import type { Theme } from "../theme.ts";

/** What stands over the panes: full lines, so that nothing behind shines through. */
export interface Box {
  readonly lines: readonly Line[];
  readonly width: number;
}

export const WIDEST = 76;

/** Edges round lines, the title in the upper one. */
export const framed = (title: string, tone: Tone, inside: readonly Line[], width: number, theme: Theme): Box => {
  const { topLeft, topRight, bottomLeft, bottomRight, rule, side } = theme.glyph;
  const heading = cut(theme.text(title), width - 6, theme.glyph.cut);
  const edge = rule.repeat(Math.max(0, width - 5 - widthOf(heading)));
  return {
    width,
    lines: [
      [piece(`${topLeft}${rule} `), strong(heading, tone), piece(` ${edge}${topRight}`)],
      ...inside.map((line): Line => [piece(`${side} `), ...fitLine(line, width - 4, theme), piece(` ${side}`)]),
      [piece(`${bottomLeft}${rule.repeat(width - 2)}${bottomRight}`)],
    ],
  };
};
