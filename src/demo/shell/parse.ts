import { lex } from "./lex.ts";
import {
  SyntaxProblem,
  type AndOr,
  type Command,
  type List,
  type Pipeline,
  type Redirect,
  type Token,
  type Word,
} from "./syntax.ts";

/** Reads a program of the shell; throws a {@link SyntaxProblem} where a real one would print its message. */
export const parse = (text: string): List => {
  const cursor: Cursor = { tokens: lex(text), at: 0 };
  const list = parseList(cursor);
  const token = cursor.tokens[cursor.at];
  if (token !== undefined) throw unexpected(token);
  return list;
};

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

const unexpected = (token: Token | undefined): SyntaxProblem => {
  if (token === undefined) return new SyntaxProblem("end of file unexpected", true);
  const shown = token.kind === "operator" && token.text !== "\n" ? `"${token.text}"` : token.kind;
  return new SyntaxProblem(`${shown} unexpected`);
};

const operator = (cursor: Cursor): string | undefined => {
  const token = cursor.tokens[cursor.at];
  return token?.kind === "operator" ? token.text : undefined;
};

const skip = (cursor: Cursor, ...texts: readonly string[]): void => {
  for (let text = operator(cursor); text !== undefined && texts.includes(text); text = operator(cursor)) cursor.at += 1;
};

const parseList = (cursor: Cursor): List => {
  const list: AndOr[] = [];
  skip(cursor, "\n");
  while (cursor.at < cursor.tokens.length && !isWord(cursor, "}") && operator(cursor) !== ")") {
    list.push(parseAndOr(cursor));
    const next = operator(cursor);
    if (next !== ";" && next !== "\n") break;
    skip(cursor, ";", "\n");
  }
  return list;
};

const parseAndOr = (cursor: Cursor): AndOr => {
  const first = parsePipeline(cursor);
  const rest: { when: "&&" | "||"; pipeline: Pipeline }[] = [];
  for (let when = operator(cursor); when === "&&" || when === "||"; when = operator(cursor)) {
    cursor.at += 1;
    skip(cursor, "\n");
    rest.push({ when, pipeline: parsePipeline(cursor) });
  }
  return { first, rest };
};

const parsePipeline = (cursor: Cursor): Pipeline => {
  const commands = [parseCommand(cursor)];
  while (operator(cursor) === "|") {
    cursor.at += 1;
    skip(cursor, "\n");
    commands.push(parseCommand(cursor));
  }
  return commands;
};

const isWord = (cursor: Cursor, text: string): boolean => plain(cursor.tokens[cursor.at]) === text;

/** The text of a word in which nothing was quoted or expanded. */
const plain = (token: Token | undefined): string | undefined => {
  const part = token?.kind === "word" && token.word.length === 1 ? token.word[0] : undefined;
  return part?.kind === "text" ? part.text : undefined;
};

const parseCommand = (cursor: Cursor): Command => {
  if (isWord(cursor, "{")) return { kind: "group", body: parseGroup(cursor) };
  const name = plain(cursor.tokens[cursor.at]);
  const [, open, close] = cursor.tokens.slice(cursor.at, cursor.at + 3);
  if (name !== undefined && isOperator(open, "(") && isOperator(close, ")")) {
    cursor.at += 3;
    skip(cursor, "\n");
    return { kind: "function", name, body: parseGroup(cursor) };
  }
  return parseSimple(cursor);
};

const isOperator = (token: Token | undefined, text: string): boolean =>
  token?.kind === "operator" && token.text === text;

const parseGroup = (cursor: Cursor): List => {
  if (!isWord(cursor, "{")) throw unexpected(cursor.tokens[cursor.at]);
  cursor.at += 1;
  const body = parseList(cursor);
  if (!isWord(cursor, "}")) throw unexpected(cursor.tokens[cursor.at]);
  cursor.at += 1;
  return body;
};

const ASSIGN = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

const parseSimple = (cursor: Cursor): Command => {
  const assigns: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (let token = cursor.tokens[cursor.at]; token !== undefined && token.kind !== "operator";) {
    cursor.at += 1;
    if (token.kind === "redirect") redirects.push(parseRedirect(token, cursor));
    else {
      const assign = words.length === 0 ? assignment(token.word) : undefined;
      if (assign === undefined) words.push(token.word);
      else assigns.push(assign);
    }
    token = cursor.tokens[cursor.at];
  }
  if (assigns.length + words.length + redirects.length === 0) throw unexpected(cursor.tokens[cursor.at]);
  return { kind: "simple", assigns, words, redirects };
};

const assignment = (word: Word): { name: string; value: Word } | undefined => {
  const [first, ...rest] = word;
  const match = first?.kind === "text" ? ASSIGN.exec(first.text) : null;
  const name = match?.[1];
  if (name === undefined) return undefined;
  return { name, value: [{ kind: "text", text: match?.[2] ?? "" }, ...rest] };
};

const parseRedirect = (token: Extract<Token, { kind: "redirect" }>, cursor: Cursor): Redirect => {
  const target = cursor.tokens[cursor.at];
  if (target?.kind !== "word") throw unexpected(target);
  cursor.at += 1;
  const { fd } = token;
  if (token.operator !== "<&" && token.operator !== ">&") {
    return { kind: "file", fd, write: token.operator !== "<", path: target.word };
  }
  const text = plain(target);
  if (text === "-") return { kind: "close", fd };
  if (text === undefined || !/^\d$/.test(text)) throw new SyntaxProblem("Bad fd number");
  return { kind: "duplicate", fd, from: Number(text) };
};
