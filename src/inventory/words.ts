/**
 * A command line as people write it → argv, by the shell's rules for quotes and backslashes and nothing else: no
 * variables, no globs, no pipes. Undefined when a quote is never closed or nothing is there.
 */
export const splitWords = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    const next = text.charAt(i + 1);
    if (quote !== undefined && character === quote) quote = undefined;
    else if (character === "\\" && next !== "" && (quote === undefined || (quote === '"' && /["\\$`]/.test(next)))) {
      word = (word ?? "") + next;
      i += 1;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return quote === undefined && words[0] !== undefined && words[0] !== "" ? words : undefined;
};
