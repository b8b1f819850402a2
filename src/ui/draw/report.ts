import { EMPTY, piece, strong, type Line } from "../line.ts";
import { wrap, wrapPath } from "../text.ts";
import type { Theme } from "../theme.ts";

/** Where it lies, whole, and what stands in it: nothing is cut, and what goes on in the next line stands further in. */
export const reportLines = (path: string, lines: readonly string[], width: number, theme: Theme): readonly Line[] => [
  ...wrapPath(theme.text(path), width - 1).map((part): Line => [piece(` ${part}`, "dim")]),
  EMPTY,
  ...lines.flatMap((line) => {
    const [first = "", ...more] = wrap(theme.text(line), width - 1);
    const rest = more.length === 0 ? [] : wrap(more.join(" "), width - 3);
    const head = ` ${first}`;
    return [[line.startsWith("#") ? strong(head) : piece(head)], ...rest.map((part): Line => [piece(`   ${part}`)])];
  }),
];
