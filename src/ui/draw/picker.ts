import { fitLine, inverse, piece, type Line } from "../line.ts";
import { choicesShown, type Overlay } from "../state.ts";
import type { Theme } from "../theme.ts";
import { framed, WIDEST, type Box } from "./frame.ts";

/** A list to choose from, narrowed by what is typed. */
export const pickerBox = (
  overlay: Extract<Overlay, { kind: "picker" }>,
  columns: number,
  rows: number,
  theme: Theme,
): Box => {
  const width = Math.min(WIDEST, columns - 2);
  const shown = choicesShown(overlay);
  const height = Math.max(1, Math.min(overlay.choices.length, rows - 4));
  const top = Math.max(0, Math.min(overlay.at - Math.floor(height / 2), shown.length - height));
  const lines = Array.from({ length: height }, (_, i): Line => {
    const choice = shown[top + i];
    if (choice === undefined) return i === 0 ? [piece("nothing of that name", "dim")] : [];
    const here = top + i === overlay.at;
    const label = theme.text(choice.label);
    const hint = theme.text(choice.disabled ?? choice.hint ?? "");
    const tone = choice.disabled === undefined ? "plain" : "dim";
    const line: Line = [
      piece(here ? `${theme.glyph.cursor} ` : "  "),
      piece(label, tone),
      piece("  "),
      piece(hint, "dim"),
    ];
    return here
      ? [
          inverse(
            fitLine(line, width - 4, theme)
              .map(({ text }) => text)
              .join(""),
          ),
        ]
      : line;
  });
  const field: Line = [piece("> ", "dim"), piece(theme.text(overlay.text)), inverse(" ")];
  return framed(overlay.title, "plain", [field, ...lines], width, theme);
};
