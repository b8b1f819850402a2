import type { Binding, Group } from "../desk.ts";
import { BINDINGS } from "../bindings.ts";
import { allKeys, type Keymap } from "../keymap.ts";
import { EMPTY, piece, strong, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { fit, widthOf, wrap } from "../text.ts";
import { SEVERITY_WORD, type Theme } from "../theme.ts";

export const GROUP_TITLES: Readonly<Record<Group, string>> = {
  look: "Look",
  move: "Move",
  watch: "Watch",
  midwatch: "midwatch",
  answer: "Questions and lists",
  type: "While typing",
};

const MEANING = [
  ["ok", "as it should be"],
  ["info", "worth knowing"],
  ["warning", "needs a hand, not now"],
  ["unknown", "could not be asked: may hide anything"],
  ["critical", "needs a hand now"],
] as const;

/** The signs and all keys, each with what it does; what cannot be done now says why. */
export const helpLines = (keymap: Keymap, scene: Scene, width: number, theme: Theme): readonly Line[] => {
  const keys = BINDINGS.map((binding) => allKeys(keymap, binding.action, theme.ascii));
  const keyWidth = Math.min(20, Math.max(...keys.map(widthOf)));
  const rows = (binding: Binding): readonly Line[] => {
    const names = allKeys(keymap, binding.action, theme.ascii);
    if (names === "") return [];
    const why = binding.whyDisabled?.(scene);
    const text = why === undefined ? binding.title : `${binding.title} (not now: ${why})`;
    const [first = "", ...more] = wrap(theme.text(text), width - keyWidth - 4);
    const tone = why === undefined ? "plain" : "dim";
    return [
      [piece("  "), strong(fit(names, keyWidth, "left", theme.glyph.cut)), piece("  "), piece(first, tone)],
      ...more.map((line): Line => [piece(" ".repeat(keyWidth + 4)), piece(line, tone)]),
    ];
  };
  const section = (group: Group): readonly Line[] => [
    EMPTY,
    [strong(GROUP_TITLES[group])],
    ...BINDINGS.filter((binding) => binding.group === group).flatMap(rows),
  ];
  return [
    [strong("Signs")],
    ...MEANING.map(([severity, meaning]): Line => [
      piece("  "),
      piece(`${theme.symbol[severity]} ${SEVERITY_WORD[severity].padEnd(keyWidth - 2)}`, severity),
      piece(`  ${meaning}`),
    ]),
    [piece("  "), piece("1s".padEnd(keyWidth), "dim"), piece("  at the right of a pane: how old its oldest answer is")],
    ...GROUP_ORDER.flatMap(section),
  ];
};

export const GROUP_ORDER: readonly Group[] = ["look", "move", "watch", "midwatch", "answer", "type"];
