import type { StyledRun } from "../test/screen/styled.ts";

/** A terminal's screen as an SVG that reads alike on light and dark pages: it brings its own background. */
export const screenSvg = (title: string, columns: number, rows: readonly (readonly StyledRun[])[]): string => {
  const width = columns * CELL + 2 * MARGIN;
  const height = rows.length * ROW + 2 * MARGIN;
  const drawn = rows.flatMap((runs, y) => runs.flatMap((run) => runSvg(run, MARGIN + y * ROW)));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONTS}" font-size="${SIZE}" fill="${FOREGROUND}" xml:space="preserve">`,
    ...drawn,
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
};

const SIZE = 14;
/** A cell of a monospaced font is six tenths of its size; `textLength` makes it so where a font differs. */
const CELL = 8.4;
const ROW = 18;
const MARGIN = 14;
const FONTS = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace";

const BACKGROUND = "#16191f";
const FOREGROUND = "#d5d9e0";
/** The sixteen, as a terminal with good contrast on a dark ground has them. */
const PALETTE = [
  ...["#2a2f38", "#ff7b72", "#56d364", "#e3b341", "#79b8ff", "#d2a8ff", "#56d4dd", "#d5d9e0"],
  ...["#7d8590", "#ffa198", "#7ee787", "#f2cc60", "#a5d6ff", "#e2c5ff", "#87e8ef", "#ffffff"],
] as const;

const runSvg = (run: StyledRun, top: number): readonly string[] => {
  const ground = colourOf(run.background) ?? BACKGROUND;
  const ink = colourOf(run.foreground) ?? FOREGROUND;
  const [fill, behind] = run.inverse ? [ground, ink] : [ink, ground];
  const box =
    behind === BACKGROUND
      ? []
      : [`<rect x="${at(run.column)}" y="${top}" width="${long(run.width)}" height="${ROW}" fill="${behind}"/>`];
  const style = [
    fill === FOREGROUND ? "" : ` fill="${fill}"`,
    run.bold ? ' font-weight="bold"' : "",
    run.dim ? ' opacity="0.65"' : "",
    run.underline ? ' text-decoration="underline"' : "",
  ].join("");
  return [...box, ...wordsOf(run).map(([column, text, width]) => wordSvg(column, text, width, top, style))];
};

/** Split at gaps, so that each piece stands in its own column whatever the font does. */
const wordsOf = (run: StyledRun): readonly (readonly [column: number, text: string, width: number])[] =>
  // Every character the console draws is one cell wide, or the run is drawn as a whole.
  run.text.length === run.width
    ? [...run.text.matchAll(/\S+(?: \S+)*/g)].map((match) => [run.column + match.index, match[0], match[0].length])
    : [[run.column, run.text, run.width]];

const wordSvg = (column: number, text: string, width: number, top: number, style: string): string =>
  `<text x="${at(column)}" y="${top + SIZE}" textLength="${long(width)}"${style}>${escaped(text)}</text>`;

const colourOf = (index: number | undefined): string | undefined => (index === undefined ? undefined : PALETTE[index]);

const at = (column: number): string => rounded(MARGIN + column * CELL);

const long = (cells: number): string => rounded(cells * CELL);

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
