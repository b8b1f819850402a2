import { createHash } from "node:crypto";
import { entryAt, namesIn, normal, type Entry, type Files } from "../shell/files.ts";
import { fail, type Output } from "../shell/program.ts";

/** GNU find, as far as its tests are asked for: paths, -maxdepth, -path, -name, -type, -xtype, -printf, -exec md5sum {} +, !, -o, ( ). */
export const find = (files: Files, args: readonly string[]): Output => {
  const start = args.findIndex((word) => /^[-(!]/.test(word));
  const paths = start < 0 ? args : args.slice(0, start);
  const words = start < 0 ? [] : args.slice(start);
  let depth = Number.POSITIVE_INFINITY;
  const expression: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word !== "-maxdepth") expression.push(word);
    else {
      at += 1;
      depth = Number(words[at]);
    }
  }
  const printed: string[] = [];
  const cursor: Cursor = { words: expression, at: 0, printed, acts: false };
  const test = expression.length === 0 ? always : parseOr(cursor);
  if (cursor.at < expression.length) return fail(1, `find: unknown predicate '${expression[cursor.at] ?? ""}'`);
  let stderr = "";
  for (const path of paths.length === 0 ? ["."] : paths) {
    if (!files.has(normal(path))) {
      stderr += `find: '${path}': No such file or directory\n`;
      continue;
    }
    for (const found of walk(files, path, depth)) if (test(found) && !cursor.acts) printed.push(`${found.path}\n`);
  }
  return { stdout: printed.join(""), stderr, exitCode: stderr === "" ? 0 : 1, takesMs: 0 };
};

interface Found {
  readonly path: string;
  readonly entry: Entry;
  readonly files: Files;
}

type Test = (found: Found) => boolean;

const always: Test = () => true;

function* walk(files: Files, path: string, depth: number): Generator<Found> {
  const entry = files.get(normal(path));
  if (entry === undefined) return;
  yield { path, entry, files };
  if (entry.kind !== "folder" || depth <= 0) return;
  for (const name of namesIn(files, normal(path))) yield* walk(files, `${path.replace(/\/$/, "")}/${name}`, depth - 1);
}

interface Cursor {
  readonly words: readonly string[];
  at: number;
  readonly printed: string[];
  acts: boolean;
}

const parseOr = (cursor: Cursor): Test => {
  let left = parseAnd(cursor);
  while (cursor.words[cursor.at] === "-o" || cursor.words[cursor.at] === "-or") {
    cursor.at += 1;
    const [a, b] = [left, parseAnd(cursor)];
    left = (found) => a(found) || b(found);
  }
  return left;
};

const parseAnd = (cursor: Cursor): Test => {
  let left = parseOne(cursor);
  for (let word = cursor.words[cursor.at]; word !== undefined && !["-o", "-or", ")"].includes(word);) {
    if (word === "-a" || word === "-and") cursor.at += 1;
    const before = cursor.at;
    const [a, b] = [left, parseOne(cursor)];
    if (cursor.at === before) break;
    left = (found) => a(found) && b(found);
    word = cursor.words[cursor.at];
  }
  return left;
};

const parseOne = (cursor: Cursor): Test => {
  const [word, value = ""] = cursor.words.slice(cursor.at, cursor.at + 2);
  switch (word) {
    case "(": {
      cursor.at += 1;
      const inner = parseOr(cursor);
      cursor.at += 1;
      return inner;
    }
    case "!":
    case "-not": {
      cursor.at += 1;
      const inner = parseOne(cursor);
      return (found) => !inner(found);
    }
    case "-path":
    case "-wholename":
      cursor.at += 2;
      return ({ path }) => glob(value).test(path);
    case "-name":
      cursor.at += 2;
      return ({ path }) => glob(value).test(path.slice(path.lastIndexOf("/") + 1));
    case "-type":
      cursor.at += 2;
      return ({ entry }) => value.split(",").includes(letter(entry));
    case "-xtype":
      cursor.at += 2;
      return ({ path, entry, files }) => letter(entryAt(files, path) ?? entry) === value;
    case "-xdev":
    case "-prune":
      cursor.at += 1;
      return always;
    case "-size":
      cursor.at += 2;
      return always;
    case "-exec": {
      const end = cursor.words.indexOf("+", cursor.at);
      cursor.at = end + 1;
      cursor.acts = true;
      return ({ path, entry }) =>
        entry.kind === "file" && value === "md5sum" && cursor.printed.push(`${md5(entry.text())}  ${path}\n`) > 0;
    }
    case "-print":
      cursor.at += 1;
      cursor.acts = true;
      return ({ path }) => cursor.printed.push(`${path}\n`) > 0;
    case "-printf":
      cursor.at += 2;
      cursor.acts = true;
      return (found) => cursor.printed.push(printf(value, found)) > 0;
    default:
      return always;
  }
};

/** A shell pattern as find matches it: `*` crosses slashes. */
export const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
      .replaceAll("*", "[^]*")
      .replaceAll("?", "[^]")}$`,
  );

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

const letter = (entry: Entry): string => ({ file: "f", link: "l", folder: "d" })[entry.kind];

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)}.${String(ms % 1_000).padStart(3, "0")}0000000`;

const printf = (format: string, { path, entry, files }: Found): string =>
  format.replaceAll(/%[CTA]@|%[pflyYsmuF%]|\\[nt0\\]/g, (directive) => {
    switch (directive) {
      case "%C@":
      case "%T@":
      case "%A@":
        return seconds(Math.floor(entry.changedMs));
      case "%p":
        return path;
      case "%f":
        return path.slice(path.lastIndexOf("/") + 1);
      case "%l":
        return entry.kind === "link" ? entry.to : "";
      case "%y":
        return letter(entry);
      case "%Y": {
        const target = entryAt(files, path);
        return target === undefined ? "N" : letter(target);
      }
      case "%s":
        return String(entry.kind === "file" ? Buffer.byteLength(entry.text()) : 4_096);
      case "%m":
        return entry.kind === "link" ? "777" : entry.mode.toString(8);
      case "%F":
        return "ext4";
      case "%u":
        return "root";
      case String.raw`\n`:
        return "\n";
      case String.raw`\t`:
        return "\t";
      case String.raw`\0`:
        return "\0";
      case "%%":
        return "%";
      default:
        return "\\";
    }
  });
