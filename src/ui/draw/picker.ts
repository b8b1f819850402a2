import { fitLine, inverse, piece, spread, strong, type Line } from "../line.ts";
import type { AskState } from "../prompts.ts";
import { choicesShown, type Overlay } from "../state.ts";
import { charactersOf, chop, cut, wrap, widthOf } from "../text.ts";
import type { Theme } from "../theme.ts";

/** What stands over the panes: full lines, so that nothing behind shines through. */
export interface Box {
  readonly lines: readonly Line[];
  readonly width: number;
}

const WIDEST = 76;

const framed = (
  title: string,
  tone: "plain" | "unknown",
  inside: readonly Line[],
  width: number,
  theme: Theme,
): Box => {
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

/** A question with its answers, or a field to type into. */
export const questionBox = (
  { question, at, text, waiting }: AskState,
  columns: number,
  theme: Theme,
): Box | undefined => {
  if (question === undefined) return undefined;
  const width = Math.min(WIDEST, columns - 2);
  const room = width - 4;
  const body = question.body.flatMap((line) => paragraph(line, room, theme));
  const more: Line = waiting > 0 ? [piece(`${waiting} more to answer after this`, "dim")] : [];
  if (question.kind === "secret") {
    const typed = theme.glyph.mask.repeat(Math.min(charactersOf(text).length, room - 3));
    return framed(
      question.title,
      "plain",
      [...body, [], [piece("> "), piece(typed), inverse(" ")], more],
      width,
      theme,
    );
  }
  const title = `${theme.symbol[question.severity]} ${question.title}`;
  return framed(
    title,
    "unknown",
    [...body, [], spread(more, answersLine(question.choices, at), room, theme)],
    width,
    theme,
  );
};

/** Words are kept whole where possible; a line that is one long word, such as a fingerprint, is shown to its end. */
const paragraph = (text: string, room: number, theme: Theme): readonly Line[] =>
  (text.includes(" ") ? wrap(theme.text(text), room) : chop(theme.text(text), room)).map((line): Line => [piece(line)]);

const answersLine = (choices: readonly { readonly label: string }[], at: number): Line =>
  choices.flatMap(({ label }, i) => [i === at ? inverse(`[ ${label} ]`) : piece(`  ${label}  `), piece(" ")]);

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
