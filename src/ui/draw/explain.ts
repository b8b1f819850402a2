import type { Finding } from "../../systems/finding.ts";
import type { Rule } from "../../systems/rule.ts";
import { piece, strong, type Line } from "../line.ts";
import { wrap } from "../text.ts";
import type { Theme } from "../theme.ts";

/**
 * A finding in full: what it says, what to do, what it means to the sites, and whose rule it is. The finding's own next
 * step goes before the catalogue's, which knows no names.
 */
export const explainLines = (
  { id, text, next }: Finding,
  rule: Rule | undefined,
  width: number,
  theme: Theme,
): readonly Line[] => {
  const paragraph = (title: string, words: string | undefined): readonly Line[] =>
    words === undefined ? [] : labelled(title, words, width, theme);
  return [
    ...wrap(theme.text(text), width - INDENT.length - 1).map((line): Line => [piece(`${INDENT}${line}`)]),
    ...paragraph("Next", next ?? rule?.next),
    ...paragraph("Means", rule?.means),
    ...paragraph("When", rule?.when),
    ...paragraph("Source", rule === undefined ? id : `${rule.source} (${id})`),
  ];
};

const INDENT = "  ";

const labelled = (title: string, words: string, width: number, theme: Theme): readonly Line[] => {
  const label = `${title}: `;
  const [first = "", ...more] = wrap(`${label}${theme.text(words)}`, width - INDENT.length - 1);
  return [
    [piece(INDENT), strong(label), piece(first.slice(label.length))],
    ...more.map((line): Line => [piece(`${INDENT}${line}`)]),
  ];
};
