import { sudoersWord } from "../connect/ssh/outcome.ts";
import { doesVary, piecesOf } from "../connect/vary.ts";
import { needing, type Need } from "./grants-needs.ts";

/** The lines of one host's sudoers file for an account; none where it needs no root. */
export const sudoersLines = (needs: readonly Need[], host: string, user: string): readonly string[] => {
  const root = needing(needs, host, "root").flatMap(({ ask, privilege }) =>
    ask.send.kind === "host" ? [{ why: privilege.why, rule: sudoersRule(ask.send.argv) }] : [],
  );
  return [...Map.groupBy(root, ({ why }) => why)].flatMap(([why, commands]) => [
    `# ${why}`,
    ...new Set(commands.map(({ rule }) => `${user} ALL=(root) NOPASSWD: ${rule}`)),
  ]);
};

/**
 * A program and its arguments as sudoers(5) has them: word for word where they are known, and where they vary one
 * regular expression over all of them, anchored at both ends (sudo 1.9.10 and later).
 */
export const sudoersRule = ([program = "", ...args]: readonly string[]): string => {
  const path = sudoersWord(program);
  // Without arguments in sudoers any would do; "" allows none.
  if (args.length === 0) return `${path} ""`;
  return args.some(doesVary) ? `${path} ${escaped(`^${args.map(expression).join(" ")}$`)}` : `${path} ${args.map(sudoersWord).join(" ")}`; // prettier-ignore
};

const expression = (word: string): string =>
  piecesOf(word)
    // In a group: an alternative at its top must not reach over the ends.
    .map((piece) => (piece.kind === "fixed" ? literal(piece.text) : `(${piece.pattern})`))
    .join("");

const literal = (text: string): string =>
  text.replaceAll(/[.*+?()|{}[]/g, "[$&]").replaceAll(/[\\^$]/g, String.raw`\$&`);

/** sudoers(5): these are escaped in arguments, in regular expressions too; `#` would begin a comment (tried on 1.9.13). */
const escaped = (regularExpression: string): string => regularExpression.replaceAll(/[,:=#]/g, String.raw`\$&`);
