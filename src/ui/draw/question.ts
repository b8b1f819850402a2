import { EMPTY, fitLine, inverse, piece, spread, type Line } from "../line.ts";
import type { Answer, AskState, ChoiceQuestion, Words } from "../prompts.ts";
import { charactersOf, chop, widthOf, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { framed, WIDEST, type Box } from "./frame.ts";

/**
 * A question with its answers, or a field to type into. A body that is longer than `rows` leaves is scrolled through:
 * what is asked and the answers stay in sight.
 */
export const questionBox = (state: AskState, columns: number, rows: number, theme: Theme): Box | undefined => {
  const { question } = state;
  if (question === undefined) return undefined;
  const width = Math.min(WIDEST, columns - 2);
  const room = width - 4;
  const title = question.kind === "secret" ? question.title : `${theme.symbol[question.severity]} ${question.title}`;
  const { body, top, height } = bodyInSight(state, columns, rows, theme);
  const cut = body.length > height;
  const lines = [
    ...body.slice(top, top + height),
    cut ? [piece(scrolled(top, height, body.length), "dim" as const)] : EMPTY,
    ...footOf(state, room, theme),
  ];
  return framed(title, question.kind === "secret" ? "plain" : question.severity, lines, width, theme);
};

const scrolled = (top: number, height: number, of: number): string =>
  `lines ${top + 1}-${top + height} of ${of}${top + height < of ? ": more below" : ", the end"}`;

/** What keys may do with a question, as it stands on the screen. */
export interface QuestionShape {
  /** Its answers stand one below the other, so that up and down go along them. */
  readonly isUpright: boolean;
  /** First line of its body when it is scrolled to the end; 0 when all of it is in sight. */
  readonly lastTop: number;
  /** Lines of its body in sight. */
  readonly height: number;
}

export const questionShape = (state: AskState, columns: number, rows: number, theme: Theme): QuestionShape => {
  const { body, height } = bodyInSight(state, columns, rows, theme);
  return { isUpright: answersStand(state, columns), lastTop: Math.max(0, body.length - height), height };
};

/** Two edges, and the line that parts body and answers. */
const AROUND = 3;

const bodyInSight = (
  state: AskState,
  columns: number,
  rows: number,
  theme: Theme,
): { readonly body: readonly Line[]; readonly top: number; readonly height: number } => {
  const room = roomFor(columns);
  const body = (state.question?.body ?? []).flatMap((words) => paragraph(words, room, theme));
  const height = Math.min(body.length, Math.max(1, rows - AROUND - footOf(state, room, theme).length));
  return { body, height, top: Math.max(0, Math.min(state.top, body.length - height)) };
};

/** Words are kept whole where possible; a line that is one long word, such as a fingerprint, is shown to its end. */
const paragraph = (words: Words, room: number, theme: Theme): readonly Line[] => {
  const {
    text,
    tone,
    indent = 0,
    hang = 0,
  } = typeof words === "string" ? { text: words, tone: "plain" as const } : words;
  const shown = theme.text(text);
  const space = (by: number): Line => (by === 0 ? [] : [piece(" ".repeat(by))]);
  if (!text.includes(" ")) return chop(shown, room - indent).map((line): Line => [...space(indent), piece(line, tone)]);
  const [first = "", ...more] = wrap(shown, room - indent);
  // What is continued is wrapped again, since it stands further in.
  const rest = more.length === 0 ? [] : wrap(more.join(" "), room - indent - hang);
  return [
    [...space(indent), piece(first, tone)],
    ...rest.map((line): Line => [...space(indent + hang), piece(line, tone)]),
  ];
};

const footOf = ({ question, at, text, waiting }: AskState, room: number, theme: Theme): readonly Line[] => {
  const more: Line = waiting > 0 ? [piece(`${waiting} more to answer after this`, "dim")] : EMPTY;
  if (question === undefined) return [];
  if (question.kind === "choice")
    return isUpright(question, room)
      ? [...listed(question, at, room, theme), ...(waiting > 0 ? [more] : [])]
      : [spread(more, answersLine(question, at), room, theme)];
  const typed = question.kind === "secret" ? theme.glyph.mask.repeat(charactersOf(text).length) : theme.text(text);
  return [[piece("> "), piece(tail(typed, room - 3)), inverse(" ")], more];
};

/** The end of what is typed is where the typing goes on. */
const tail = (text: string, room: number): string => {
  let kept = text;
  while (widthOf(kept) > room) kept = charactersOf(kept).slice(1).join("");
  return kept;
};

const answersLine = ({ choices }: ChoiceQuestion, at: number): Line =>
  choices.flatMap(({ label }, i) => [i === at ? inverse(`[ ${label} ]`) : piece(`  ${label}  `), piece(" ")]);

const isUpright = (question: ChoiceQuestion, room: number): boolean =>
  question.list === true || answersWidth(question) > room;

/** Whether a question's answers stand one below the other, so that up and down go along them. */
export const answersStand = ({ question }: AskState, columns: number): boolean =>
  question?.kind === "choice" && isUpright(question, roomFor(columns));

const roomFor = (columns: number): number => Math.min(WIDEST, columns - 2) - 4;

const answersWidth = ({ choices }: ChoiceQuestion): number =>
  choices.reduce((sum, { label }) => sum + widthOf(label) + 5, 0);

const listed = ({ choices }: ChoiceQuestion, at: number, room: number, theme: Theme): readonly Line[] => [
  ...choices.map(({ label }, i): Line => {
    const line = fitLine([piece(`${i === at ? theme.glyph.cursor : " "} ${theme.text(label)}`)], room, theme);
    return i === at ? [inverse(line.map(({ text }) => text).join(""))] : line;
  }),
  ...aboutLines(choices, at, room, theme),
];

/** As many lines whichever is marked, so that nothing jumps. */
const aboutLines = (choices: readonly Answer[], at: number, room: number, theme: Theme): readonly Line[] => {
  if (choices.every(({ about }) => about === undefined)) return [];
  const said = choices.map(({ about = "" }) => wrap(theme.text(about), room));
  const rows = Math.max(...said.map(({ length }) => length));
  return [EMPTY, ...Array.from({ length: rows }, (_, i): Line => [piece(said[at]?.[i] ?? "", "dim")])];
};
