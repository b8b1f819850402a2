/**
 * The one place where argv becomes shell text: every word in single quotes, which in a POSIX shell leave everything
 * alone but the quote itself. A newline inside a word would end the command line of the batch lane for a fake or a
 * careless reader, and NUL cannot be part of an argument at all: both are the caller's defect and are refused.
 */
export const quote = (word: string): string => {
  if (/[\0\n]/.test(word)) throw new TypeError("an argument holds NUL or a newline");
  return `'${word.replaceAll("'", `'\\''`)}'`;
};

export const quoteAll = (argv: readonly string[]): string => argv.map(quote).join(" ");
