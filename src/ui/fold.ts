import { charactersOf, widthOf } from "./text.ts";

// Terminals disagree on the width of emoji and of what is joined or varied into one; a stand-in keeps columns straight.
const DISPUTED = /\p{Emoji_Presentation}|\ufe0f|\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;

// Letters of the West, dashes, arrows, blocks and signs: one column each, everywhere.
const PLAIN = /^[\u0020-\u007e\u00a1-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2714\u2716]*$/;

/** Text whose every character has a width that all terminals agree on: composed, and without emoji. */
export const toCells = (text: string): string => {
  const composed = text.normalize("NFC");
  return PLAIN.test(composed) ? composed : charactersOf(composed).map(cellOf).join("");
};

/** A character takes one column or two; what takes none, or more, has no cell to stand in. */
const cellOf = (character: string): string => {
  const width = widthOf(character);
  return width < 1 || width > 2 || DISPUTED.test(character) ? "\ufffd" : character;
};

/** Text in printable ASCII: what midwatch's own rooms write has twins, everything else becomes `?`, one per character seen. */
export const toAscii = (text: string): string => {
  let out = "";
  for (const character of charactersOf(text.normalize("NFC")))
    out += /^[ -~]$/.test(character) ? character : (TWINS[character] ?? "?");
  return out;
};

const TWINS: Readonly<Record<string, string>> = {
  "●": "*",
  "▲": "!",
  "✖": "X",
  "✔": "+",
  "▸": ">",
  "…": "~",
  "·": "-",
  "•": "*",
  "–": "-",
  "—": "-",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "×": "x",
  "→": "->",
  "←": "<-",
  "↑": "up",
  "↓": "down",
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
  "±": "+-",
  µ: "u",
  "─": "-",
  "│": "|",
  "▁": "_",
  "▂": ".",
  "▃": ":",
  "▄": "-",
  "▅": "=",
  "▆": "+",
  "▇": "*",
  "█": "#",
};
