import { SyntaxProblem, type Part, type Token, type Word } from "./syntax.ts";

const OPERATORS = ["&&", "||", ";", "|", "&", "(", ")", "\n"];
const REDIRECT = /^(\d*)(<&|>&|>>|<|>)/;
const NAME = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$])/;

/** Splits shell text into words, operators and redirections (POSIX.1 XCU 2.3), quotes resolved. */
export const lex = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^(?:[ \t]+|\\\n|#[^\n]*)/.exec(rest);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const redirect = REDIRECT.exec(rest);
    if (redirect !== null) {
      tokens.push(redirectToken(redirect));
      at += redirect[0].length;
      continue;
    }
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    if (operator !== undefined) {
      tokens.push({ kind: "operator", text: operator });
      at += operator.length;
      continue;
    }
    const { word, end } = readWord(text, at);
    tokens.push({ kind: "word", word });
    at = end;
  }
  return tokens;
};

const redirectToken = (match: RegExpExecArray): Token => {
  const operator = match[2];
  if (operator !== "<" && operator !== ">" && operator !== ">>" && operator !== "<&" && operator !== ">&") {
    throw new SyntaxProblem("redirection unexpected");
  }
  const standard = operator.startsWith("<") ? 0 : 1;
  return { kind: "redirect", operator, fd: match[1] === undefined || match[1] === "" ? standard : Number(match[1]) };
};

interface Read<T> {
  readonly end: number;
  readonly word: T;
}

const readWord = (text: string, start: number): Read<Word> => {
  const parts: Part[] = [];
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (/[ \t\n;&|<>()]/.test(character)) break;
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new SyntaxProblem("Unterminated quoted string", true);
      parts.push({ kind: "text", text: text.slice(at + 1, end) });
      at = end + 1;
    } else if (character === '"') {
      at = readDoubleQuoted(text, at + 1, parts);
    } else if (character === "\\") {
      if (at + 1 >= text.length) throw new SyntaxProblem("Unterminated escape", true);
      if (text.charAt(at + 1) !== "\n") parts.push({ kind: "text", text: text.charAt(at + 1) });
      at += 2;
    } else if (character === "$") {
      at = readDollar(text, at, parts, false);
    } else {
      const plain = /^[^\s;&|<>()'"\\$]+/.exec(text.slice(at))?.[0] ?? character;
      parts.push({ kind: "text", text: plain });
      at += plain.length;
    }
  }
  return { word: parts, end: at };
};

const readDoubleQuoted = (text: string, start: number, parts: Part[]): number => {
  // An empty pair of quotes is a word of its own.
  parts.push({ kind: "text", text: "" });
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character === "$") {
      at = readDollar(text, at, parts, true);
    } else if (character === "\\" && /["\\$`\n]/.test(text.charAt(at + 1))) {
      if (text.charAt(at + 1) !== "\n") parts.push({ kind: "text", text: text.charAt(at + 1) });
      at += 2;
    } else {
      const plain = /^[^"$\\]+/.exec(text.slice(at))?.[0] ?? character;
      parts.push({ kind: "text", text: plain });
      at += plain.length;
    }
  }
  throw new SyntaxProblem("Unterminated quoted string", true);
};

const readDollar = (text: string, start: number, parts: Part[], quoted: boolean): number => {
  if (text.charAt(start + 1) === "(") {
    const end = closing(text, start + 2);
    parts.push({ kind: "command", source: text.slice(start + 2, end), quoted });
    return end + 1;
  }
  const braced = text.charAt(start + 1) === "{";
  const name = NAME.exec(text.slice(start + (braced ? 2 : 1)))?.[0];
  if (name === undefined) {
    parts.push({ kind: "text", text: "$" });
    return start + 1;
  }
  const end = start + (braced ? 2 : 1) + name.length;
  if (braced && text.charAt(end) !== "}") throw new SyntaxProblem("Bad substitution");
  parts.push({ kind: "parameter", name, quoted });
  return braced ? end + 1 : end;
};

/** Where the parenthesis that was opened before `start` closes. */
const closing = (text: string, start: number): number => {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      if (end < 0) break;
      at = end;
    } else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new SyntaxProblem("Unterminated command substitution", true);
};
