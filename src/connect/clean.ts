/**
 * Makes remote text harmless, once, where it enters: terminal controls, bidirectional overrides and invisible
 * characters become visible stand-ins, so that nothing a host sends can move the cursor, recolour the screen or
 * reorder a line (Trojan Source, CVE-2021-42574). Newline and tab stay; CRLF becomes LF.
 */
export const clean = (text: string): string => {
  const unix = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  return HARMFUL.test(unix) ? unix.replace(HARMFUL_ALL, standIn) : unix;
};

/** As {@link clean}, for what must stay on one line: newlines and tabs become spaces. */
export const cleanLine = (text: string): string =>
  clean(text)
    .replaceAll(/[\n\t]+/g, " ")
    .trim();

// C0 but \t \n, DEL, C1, soft hyphen, zero-width and bidi marks, line and paragraph separators, interlinear and
// tag characters, lone surrogates.
const HARMFUL_SET =
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}\\p{Cs}]";
const HARMFUL = new RegExp(HARMFUL_SET, "u");
const HARMFUL_ALL = new RegExp(HARMFUL_SET, "gu");

const standIn = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  // Unicode has pictures for C0 and DEL: an escape is seen as ␛.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return "\ufffd";
};
