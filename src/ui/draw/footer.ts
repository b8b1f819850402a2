import type { Binding } from "../desk.ts";
import { bindingsIn, firstKey, type Keymap } from "../keymap.ts";
import { lineWidth, piece, spread, strong, type Line } from "../line.ts";
import { contextOf, type Scene } from "../scene.ts";
import { widthOf } from "../text.ts";
import type { Theme } from "../theme.ts";

interface Entry {
  readonly keys: string;
  readonly label: string;
  readonly rank: number;
}

/** The keys that do something here and now, most needed first to stay when the line is narrow; quit at the right edge. */
export const footerLine = (scene: Scene, keymap: Keymap, width: number, theme: Theme): Line => {
  const entries = bindingsIn(contextOf(scene)).flatMap((binding) => entryFor(binding, scene, keymap, theme));
  const right = entries.filter(({ rank }) => rank === 0).flatMap((entry) => drawn(entry));
  const left = entries.filter(({ rank }) => rank > 0);
  let kept = left;
  while (kept.length > 0 && entriesWidth(kept) + lineWidth(right) + 2 > width) {
    const last = Math.max(...kept.map(({ rank }) => rank));
    kept = kept.filter(({ rank }) => rank !== last);
  }
  return spread([piece(" "), ...kept.flatMap((entry) => drawn(entry))], [...right], width, theme);
};

const entryFor = (binding: Binding, scene: Scene, keymap: Keymap, theme: Theme): readonly Entry[] => {
  const { footer, action, whyDisabled } = binding;
  if (footer === undefined || whyDisabled?.(scene) !== undefined || footer.when?.(scene) === false) return [];
  const key = firstKey(keymap, action, theme.ascii);
  if (key === undefined) return [];
  const last = footer.upTo?.(scene);
  const to = last === undefined ? undefined : firstKey(keymap, last, theme.ascii);
  const beside = (footer.beside ?? [])
    .map((each) => firstKey(keymap, each, theme.ascii))
    .filter((each) => each !== undefined);
  const together = [...beside, key];
  const isPlain = theme.ascii || together.some((each) => widthOf(each) > 1);
  const keys = to === undefined ? together.join(isPlain ? "/" : "") : `${key}-${to}`;
  const label = typeof footer.label === "string" ? footer.label : footer.label(scene);
  const rank = typeof footer.rank === "number" ? footer.rank : footer.rank(scene);
  return [{ keys, label, rank }];
};

const drawn = ({ keys, label }: Entry): Line => [strong(keys), piece(` ${label}`, "dim"), piece("  ")];

const entriesWidth = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { keys, label }) => sum + widthOf(keys) + widthOf(label) + 3, 1);
