import type { Key } from "ink";
import { charactersOf } from "./text.ts";

/**
 * Keys by name, as keymaps write them: a character (`q`, `R`, `?`), or a name (`enter`, `up`, `space`), each with
 * `ctrl-`, `alt-` or, for named keys, `shift-` before it. A sequence is keys with spaces between: `g g`.
 */
const NAMED = [
  "up",
  "down",
  "left",
  "right",
  "pageup",
  "pagedown",
  "home",
  "end",
  "enter",
  "escape",
  "tab",
  "space",
  "backspace",
  "delete",
] as const;

type Named = (typeof NAMED)[number];

const FLAGS: readonly (readonly [keyof Key, Named])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

/** A longer run than fingers type between two reads is a paste from a terminal that does not mark pastes. */
const MOST_TYPED = 16;

/**
 * The keys in one piece of input, oldest first. A slow line delivers several keystrokes at once. What looks like an
 * unmarked paste gives none: text meant for another window must not press keys here.
 */
export const keysIn = (input: string, key: Key): readonly string[] => {
  const named = FLAGS.find(([flag]) => key[flag] === true)?.[1];
  if (named !== undefined) return [modified(named, key)];
  if (input === "") return [];
  if (key.ctrl) return [`ctrl-${input === " " ? "space" : input}`];
  const characters = charactersOf(input).map(nameOf);
  if (characters.length > MOST_TYPED) return [];
  const [only] = characters;
  return characters.length === 1 && key.meta && only !== undefined ? [`alt-${only}`] : characters;
};

const nameOf = (character: string): string => {
  if (character === " ") return "space";
  if (character === "\r" || character === "\n") return "enter";
  if (character === "\t") return "tab";
  // In one piece with what was typed after it, a control key comes as the character it sends.
  const code = character.codePointAt(0) ?? 0;
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : character;
};

const modified = (name: Named, { ctrl, meta, shift }: Key): string =>
  // Terminals send escape itself as a meta prefix.
  `${ctrl ? "ctrl-" : ""}${meta && name !== "escape" ? "alt-" : ""}${shift ? "shift-" : ""}${name}`;

/** The character a key types into a text field; undefined when it types none. */
export const typedBy = (key: string): string | undefined => {
  if (key === "space") return " ";
  return charactersOf(key).length === 1 ? key : undefined;
};

/** A key's only spelling, or why no terminal can send it. */
export type KeyCheck =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly what: string; readonly fix?: string };

const SAME: Readonly<Record<string, string>> = {
  return: "enter",
  esc: "escape",
  pgup: "pageup",
  pgdn: "pagedown",
  "page-up": "pageup",
  "page-down": "pagedown",
  del: "delete",
};

/** Control characters that are these keys, on every terminal. */
const CONTROL_TWINS: Readonly<Record<string, string>> = {
  i: "tab",
  m: "enter",
  j: "enter",
  h: "backspace",
  "[": "escape",
};

const MODIFIER = /^(ctrl|alt|shift|cmd|super|meta|option|win)-(?=.)/;

/** Reads one key as a person wrote it. */
export const checkKey = (written: string): KeyCheck => {
  const modifiers = new Set<string>();
  let rest = written;
  for (let match = MODIFIER.exec(rest); match !== null; match = MODIFIER.exec(rest)) {
    modifiers.add(match[1] ?? "");
    rest = rest.slice(match[0].length);
  }
  for (const foreign of ["cmd", "super", "meta", "option", "win"])
    if (modifiers.has(foreign)) return no(`a terminal does not send ${foreign}- keys`, "use ctrl- or alt-");
  const lower = rest.toLowerCase();
  const name = SAME[lower] ?? NAMED.find((each) => each === lower);
  if (name !== undefined) return checkNamed(name, modifiers);
  if (/^f\d{1,2}$/.test(lower))
    return no("function keys are taken by many terminals and not read here", "use a letter");
  if (charactersOf(rest).length !== 1)
    return no(`no key is called "${rest}"`, `keys are single characters, or ${NAMED.join(", ")}`);
  return checkCharacter(rest, modifiers);
};

const checkNamed = (name: string, modifiers: ReadonlySet<string>): KeyCheck => {
  if (modifiers.size === 0) return { ok: true, key: name };
  const arrows = ["up", "down", "left", "right", "home", "end", "pageup", "pagedown"].includes(name);
  const shiftTab = name === "tab" && modifiers.size === 1 && modifiers.has("shift");
  if (!arrows && !shiftTab)
    return no(`a terminal sends the same for ${[...modifiers].join("-")}-${name} as for ${name}`);
  return {
    ok: true,
    key: `${["ctrl", "alt", "shift"].flatMap((each) => (modifiers.has(each) ? [`${each}-`] : [])).join("")}${name}`,
  };
};

const checkCharacter = (character: string, modifiers: ReadonlySet<string>): KeyCheck => {
  if (modifiers.has("shift")) return no(`write the character that shift gives, such as ${character.toUpperCase()}`);
  if (!modifiers.has("ctrl")) return { ok: true, key: `${modifiers.has("alt") ? "alt-" : ""}${character}` };
  const lower = character.toLowerCase();
  const twin = CONTROL_TWINS[lower];
  if (twin !== undefined)
    return no(`ctrl-${lower} and ${twin} are the same to a terminal`, `bind ${twin}, or another key`);
  if (!/^[a-z]$/.test(lower)) return no(`a terminal has no code for ctrl-${character}`, "ctrl- goes with a letter");
  if (modifiers.has("alt")) return no("ctrl- and alt- together are not sent alike by all terminals", "use one of them");
  return { ok: true, key: `ctrl-${lower}` };
};

const no = (what: string, fix?: string): KeyCheck => ({ ok: false, what, ...(fix === undefined ? {} : { fix }) });

const LABELS: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  enter: "⏎",
  escape: "esc",
  pageup: "pgup",
  pagedown: "pgdn",
  backspace: "bksp",
};

/** A key, or a sequence, as the footer and the help show it. */
export const keyLabel = (keys: readonly string[], ascii: boolean): string =>
  keys
    .map((key) =>
      (ascii ? key : (LABELS[key] ?? key)).replace(/^ctrl-(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`),
    )
    .join(" ");
