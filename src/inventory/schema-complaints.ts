import type { z } from "zod";
import { keyName, mayHoldPassword } from "./excerpt.ts";
import { nearest } from "./nearest.ts";
import { isSecret, isShowable, keysOf, shapesAt, type Path, type Shape } from "./shape.ts";

/** What a schema found wrong, in the words of the person who wrote the file. */
export interface Complaint {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly what: string;
  readonly fix?: string;
}

type Issue = z.core.$ZodIssue;

const SECRET_FIX =
  "write env:NAME, file:PATH (a file of mode 600 that holds it) or command:PROGRAM …, such as command:pass show db";

export const complaintsOf = (issues: readonly Issue[], root: Shape, data: unknown): readonly Complaint[] => {
  const complaints = issues.flatMap((issue) => explain(issue, root, data));
  // A misspelled key is one mistake, not an unknown key and a missing one.
  const meant = new Set(
    complaints.flatMap(({ path, near }) => (near === undefined ? [] : [pathName([...path.slice(0, -1), near])])),
  );
  return complaints.filter(({ path, missing }) => !(missing === true && meant.has(pathName(path))));
};

interface Explained extends Complaint {
  readonly near?: string;
  readonly missing?: true;
}

const pathName = (path: Path): string => path.map(String).join("\u0000");

const explain = (issue: Issue, root: Shape, data: unknown): readonly Explained[] => {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], key, root));
  if (issue.code === "invalid_union") {
    const branch = issue.errors.find((errors) => !errors.some(isWrongTypeItself));
    if (branch !== undefined)
      return branch.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }, root, data));
  }
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "another name";
    return [{ path, at: "key", what: `the name "${keyName(String(path.at(-1)))}": expected ${expected}` }];
  }
  const at = shapesAt(root, path);
  const found = valueAt(data, path);
  if (found === undefined) return [missingKey(path, at)];
  const label = labelOf(path);
  if (isSecret(at)) return [{ path, at: "value", what: secretText(label, found, issue), fix: SECRET_FIX }];
  const what = `${label}: expected ${expectedText(issue, at)}, found ${foundText(found, isShowable(at))}`;
  const fix = fixFor(found, at);
  // An empty value has no place of its own worth pointing at.
  const place = { path, at: found === null ? "key" : "value" } as const;
  return [fix === undefined ? { ...place, what } : { ...place, what, fix }];
};

const isWrongTypeItself = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");

const unknownKey = (path: Path, key: string, root: Shape): Explained => {
  const keys = keysOf(shapesAt(root, path.slice(0, -1)));
  const near = nearest(key, keys);
  const what = `unknown key "${keyName(key)}"`;
  if (near !== undefined) return { path, at: "key", what: `${what}; did you mean "${near}"?`, near };
  return { path, at: "key", what, ...(keys.length > 0 && { fix: `the keys possible here: ${keys.join(", ")}` }) };
};

const missingKey = (path: Path, at: readonly Shape[]): Explained => {
  const owner = path.length > 1 ? labelOf(path.slice(0, -1)) : "the file";
  const description = at.find((shape) => shape.description !== undefined)?.description;
  const what = `${owner} lacks the key "${String(path.at(-1))}"`;
  return { path, at: "key", what: description === undefined ? what : `${what}: ${description}`, missing: true };
};

const secretText = (label: string, found: unknown, issue: Issue): string => {
  const literal = typeof found === "string" ? !/^(env|file|command):/.test(found) : typeof found !== "object";
  return literal
    ? `${label}: the secret itself must not stand in this file`
    : `${label}: expected ${isOwnMessage(issue) ? issue.message : "env:NAME, file:PATH or command:PROGRAM …"}`;
};

// zod's own texts all begin so; a schema of ours says what it wants, to be read after "expected".
const isOwnMessage = (issue: Issue): boolean => !/^(Invalid|Too |Unrecognized)/.test(issue.message);

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  array: "a list",
  object: "a mapping",
  null: "nothing",
};

const expectedText = (issue: Issue, at: readonly Shape[]): string => {
  if (isOwnMessage(issue)) return issue.message;
  if (issue.code === "too_small" && issue.origin === "array") return "at least one entry";
  if (issue.code === "too_small" && issue.origin === "string") return "some text";
  const words = [...new Set(at.flatMap(shapeWords))];
  return words.length === 0 ? "something else" : words.join(", ").replace(/, ([^,]+)$/, " or $1");
};

const shapeWords = (shape: Shape): readonly string[] => {
  if (shape.enum !== undefined) return shape.enum.map((value) => JSON.stringify(value));
  if (shape.const !== undefined) return [JSON.stringify(shape.const)];
  if (shape.type === "boolean") return ["true", "false"];
  const word = typeof shape.type === "string" ? TYPE_WORDS[shape.type] : undefined;
  return word === undefined ? [] : [`${word}${boundsText(shape)}`];
};

const boundsText = ({ minimum, maximum }: Shape): string => {
  // zod bounds whole numbers by what a double can hold, which nobody wants to read.
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return ` of at least ${low}`;
  return high === undefined ? "" : ` of at most ${high}`;
};

const foundText = (found: unknown, showable: boolean): string => {
  if (found === null) return "nothing";
  if (Array.isArray(found)) return found.length === 0 ? "an empty list" : "a list";
  if (typeof found === "object") return Object.keys(found).length === 0 ? "an empty mapping" : "a mapping";
  if (typeof found === "number" || typeof found === "boolean") return showable ? String(found) : `a ${typeof found}`;
  if (typeof found !== "string") return "something else";
  if (found === "") return "empty text";
  if (found.includes("\n")) return "text over several lines";
  if (!showable || mayHoldPassword(found)) return "text";
  return found.length > 40 ? `"${found.slice(0, 39)}…"` : `"${found}"`;
};

const fixFor = (found: unknown, at: readonly Shape[]): string | undefined => {
  const takes = (type: string): boolean => at.some((shape) => shape.type === type);
  if (found === null) return "give it a value, or leave the key out";
  if (typeof found === "string") {
    if (takes("boolean") && /^(yes|no|on|off)$/i.test(found)) return "write true or false";
    if ((takes("integer") || takes("number")) && /^\d+(\.\d+)?$/.test(found)) return "remove the quotes";
    const near = nearest(
      found,
      at.flatMap((shape) => (shape.enum ?? []).map(String)),
    );
    if (near !== undefined) return `did you mean "${near}"?`;
    if (takes("array")) return "write it as a list: [ … ]";
  }
  return typeof found === "number" && takes("string") && !at.some((shape) => shape.pattern)
    ? "put it in quotes"
    : undefined;
};

/** `port`, `roles[0]`: enough beside line and column. */
const labelOf = (path: Path): string => {
  const last = path.findLastIndex((step) => typeof step !== "number");
  if (last < 0) return "the file";
  const indices = path.slice(last + 1).map((step) => `[${String(step)}]`);
  return `${keyName(String(path[last]))}${indices.join("")}`;
};

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    data,
  );
