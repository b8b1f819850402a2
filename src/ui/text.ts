import stringWidth from "string-width";

const ASCII = /^[\u0020-\u007e]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a person takes for one character each. */
export const charactersOf = (text: string): readonly string[] =>
  ASCII.test(text) ? text.split("") : Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Terminal columns a text takes: wide characters two, combining marks none. */
export const widthOf = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));

/** At most `width` columns of a text; what was cut ends in `ellipsis` (one column wide). A wide character is never halved. */
export const cut = (text: string, width: number, ellipsis: string): string => {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return "";
  return head(text, width - 1) + ellipsis;
};

/**
 * The same for a sentence: cut before its elaboration, or at least between words, unless that would waste most of the
 * width.
 */
export const cutSentence = (text: string, width: number, ellipsis: string): string => {
  if (widthOf(text) <= width || width <= 0) return cut(text, width, ellipsis);
  const kept = head(text, width - 1);
  const clause = Math.max(...CLAUSES.map((mark) => kept.lastIndexOf(mark)));
  if (clause >= width * LEAST_CLAUSE) return kept.slice(0, clause) + ellipsis;
  const word = text[kept.length] === " " ? kept.length : kept.lastIndexOf(" ");
  return (word >= width * LEAST_WORDS ? kept.slice(0, word) : kept) + ellipsis;
};

const CLAUSES = [": ", "; ", ", ", " (", " · "] as const;
const LEAST_CLAUSE = 0.55;
const LEAST_WORDS = 0.7;

/** Exactly `width` columns: cut or filled with spaces. */
export const fit = (text: string, width: number, align: "left" | "right", ellipsis: string): string => {
  const kept = cut(text, width, ellipsis);
  const space = " ".repeat(Math.max(0, width - widthOf(kept)));
  return align === "left" ? kept + space : space + kept;
};

const head = (text: string, width: number): string => {
  if (ASCII.test(text)) return text.slice(0, width);
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept;
};

/** Lines of at most `width` columns, broken at spaces where there are any. Nothing is lost. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = chop(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, line];
};

/** Pieces of at most `width` columns, broken anywhere, spaces kept: for raw lines, where every column counts. */
export const chop = (text: string, width: number): readonly string[] => {
  const pieces: string[] = [];
  let rest = text;
  if (width <= 0) return [text];
  while (widthOf(rest) > width) {
    const piece = head(rest, width) || first(rest);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
};

// A wide character in a single column: it cannot be shown whole, but it must be stepped over.
const first = (text: string): string => {
  for (const { segment } of graphemes.segment(text)) return segment;
  return text;
};

/** A path in lines of at most `width` columns, broken behind a slash where there is one. Nothing is lost. */
export const wrapPath = (path: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const part of path.split(/(?<=\/)/)) {
    if (widthOf(line + part) <= width) {
      line += part;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = chop(part, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, line];
};

/** Tabs become spaces up to the next multiple of eight, as a terminal would show them. */
export const untab = (line: string): string => {
  let out = "";
  for (const [i, part] of line.split("\t").entries()) {
    if (i > 0) out += " ".repeat(8 - (widthOf(out) % 8));
    out += part;
  }
  return out;
};
