import { clean } from "../connect/clean.ts";
import type { Severity } from "../systems/finding.ts";
import { toAscii, toCells } from "./fold.ts";

/** What the terminal can show. */
export interface Display {
  readonly colour: boolean;
  /** Nothing outside printable ASCII is written. */
  readonly ascii: boolean;
}

/**
 * From the environment: `NO_COLOR` (no-color.org) takes colour away; a locale that is set and is not UTF-8 takes
 * everything but ASCII. `TERM=dumb` is the caller's business: it gets plain lines and no console.
 */
export const displayFor = (env: NodeJS.ProcessEnv, wanted: { readonly ascii?: boolean } = {}): Display => {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return {
    colour: (env["NO_COLOR"] ?? "") === "",
    ascii: wanted.ascii === true || (locale !== undefined && !/utf-?8/i.test(locale)),
  };
};

export interface Theme extends Display {
  readonly symbol: Readonly<Record<Severity, string>>;
  readonly glyph: Readonly<Record<Glyph, string>>;
  /** Makes any text fit to be drawn: one line, known widths, only characters the terminal has. */
  readonly text: (text: string) => string;
}

export type Glyph =
  | "cursor"
  | "cut"
  | "pending"
  | "rule"
  | "strong"
  | "side"
  | "topLeft"
  | "topRight"
  | "bottomLeft"
  | "bottomRight"
  | "dot"
  | "back"
  | "mask";

/**
 * Always one column wide, and different in shape, so that colour is never needed to tell them apart. Within a text they
 * are folded to their ASCII twins with everything else.
 */
export const SIGN: Readonly<Record<Severity, string>> = {
  ok: "●",
  info: "i",
  warning: "▲",
  unknown: "?",
  critical: "✖",
};

const RICH: Pick<Theme, "symbol" | "glyph"> = {
  symbol: SIGN,
  glyph: {
    cursor: "▸",
    cut: "…",
    pending: "…",
    rule: "─",
    strong: "━",
    side: "│",
    topLeft: "┌",
    topRight: "┐",
    bottomLeft: "└",
    bottomRight: "┘",
    dot: "·",
    back: "←",
    mask: "•",
  },
};

const PLAIN: Pick<Theme, "symbol" | "glyph"> = {
  symbol: { ok: "*", info: "i", warning: "!", unknown: "?", critical: "X" },
  glyph: {
    cursor: ">",
    cut: "~",
    pending: ".",
    rule: "-",
    strong: "=",
    side: "|",
    topLeft: "+",
    topRight: "+",
    bottomLeft: "+",
    bottomRight: "+",
    dot: "-",
    back: "<",
    mask: "*",
  },
};

export const themeFor = (display: Display): Theme => ({
  ...display,
  ...(display.ascii ? PLAIN : RICH),
  text: (text) => {
    if (PRINTABLE.test(text)) return text;
    const line = clean(text).replaceAll(/[\n\t]/g, " ");
    return display.ascii ? toAscii(line) : toCells(line);
  },
});

const PRINTABLE = /^[\u0020-\u007e]*$/;

/** How a severity reads; beside every symbol that stands for a whole pane or cluster. */
export const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  ok: "OK",
  info: "INFO",
  warning: "WARNING",
  unknown: "UNKNOWN",
  critical: "CRITICAL",
};
