import type { Binding, Group } from "../desk.ts";
import { BINDINGS } from "../bindings.ts";
import { allKeys, firstKey, type Keymap } from "../keymap.ts";
import { EMPTY, piece, strong, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { fit, widthOf, wrap } from "../text.ts";
import { SEVERITY_WORD, type Theme } from "../theme.ts";

export const GROUP_TITLES: Readonly<Record<Group, string>> = {
  look: "Look",
  act: "Change something: every key asks first",
  move: "Move",
  watch: "Watch",
  midwatch: "midwatch",
  answer: "Questions and lists",
  type: "While typing",
};

const WIDEST_KEYS = 20;

const MEANING = [
  ["ok", "as it should be"],
  ["info", "worth knowing"],
  ["warning", "needs a hand, not now"],
  ["unknown", "could not be asked: may hide anything"],
  ["critical", "needs a hand now"],
] as const;

/** The signs and all keys, each with what it does; what cannot be done now says why. */
export const helpLines = (keymap: Keymap, scene: Scene, width: number, theme: Theme): readonly Line[] => {
  const keyWidth = Math.min(
    WIDEST_KEYS,
    Math.max(...BINDINGS.map((each) => widthOf(allKeys(keymap, each.action, theme.ascii)))),
  );
  const row = (names: string, title: string, why: string | undefined): readonly Line[] => {
    const text = why === undefined ? title : `${title} (${why})`;
    const [first = "", ...more] = wrap(theme.text(text), width - keyWidth - 4);
    const tone = why === undefined ? "plain" : "dim";
    return [
      [piece("  "), strong(fit(names, keyWidth, "left", theme.glyph.cut)), piece("  "), piece(first, tone)],
      ...more.map((line): Line => [piece(" ".repeat(keyWidth + 4)), piece(line, tone)]),
    ];
  };
  const rows = (binding: Binding): readonly Line[] => {
    const { action, title, family } = binding;
    if (family === undefined) {
      const names = allKeys(keymap, action, theme.ascii);
      return names === "" ? [] : row(names, title, whyNot(binding, scene));
    }
    const members = BINDINGS.filter((each) => each.family === family && each.whyDisabled?.(scene) === undefined);
    if (members[0] !== binding) return [];
    const ends = [action, members.at(-1)?.action ?? action].map((each) => firstKey(keymap, each, theme.ascii) ?? "");
    return row(ends.join("-"), family, undefined);
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
    ...scene.picture.systems
      .flatMap(({ pane }) => pane.words ?? [])
      .flatMap(({ word, means }) => row(theme.text(word), means, undefined)),
    ...GROUP_ORDER.flatMap(section),
  ];
};

/** A viewer's never: nothing that could send a change is there. */
const whyNot = ({ group, whyDisabled }: Binding, scene: Scene): string | undefined => {
  if (group === "act" && scene.act.refusal !== undefined) return "not for a viewer";
  const why = whyDisabled?.(scene);
  return why === undefined ? undefined : `not now: ${why}`;
};

export const GROUP_ORDER: readonly Group[] = ["look", "act", "move", "watch", "midwatch", "answer", "type"];
