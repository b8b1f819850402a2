const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// Terminals disagree on the width of emoji and of what is joined or varied into one; a stand-in keeps columns straight.
const DISPUTED = /\p{Emoji_Presentation}|\ufe0f|\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;

/** Text whose every character has a width that all terminals agree on: composed, and without emoji. */
export const toCells = (text: string): string => {
  const composed = text.normalize("NFC");
  if (!DISPUTED.test(composed)) return composed;
  let out = "";
  for (const { segment } of graphemes.segment(composed)) out += DISPUTED.test(segment) ? "\ufffd" : segment;
  return out;
};

/** Text in printable ASCII: what midwatch's own rooms write has twins, everything else becomes `?`, one per character seen. */
export const toAscii = (text: string): string => {
  let out = "";
  for (const { segment } of graphemes.segment(text.normalize("NFC"))) {
    if (segment >= " " && segment <= "~") out += segment;
    else out += TWINS[segment] ?? "?";
  }
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
