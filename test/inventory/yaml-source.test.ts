import { describe, expect, test } from "vitest";
import { z } from "zod";
import { formatProblems } from "../../src/inventory/problem.ts";
import { checkYaml } from "../../src/inventory/yaml-source.ts";

const schema = z.strictObject({
  title: z.string().describe("What it is called."),
  size: z.int().min(1).max(9).optional(),
  mode: z.enum(["slow", "fast"]).optional(),
  loud: z.boolean().optional(),
  tags: z
    .array(z.string().regex(/^[a-z]+$/, "small letters"))
    .min(1)
    .optional(),
  parts: z.record(z.string().regex(/^[a-z]+$/, "small letters"), z.strictObject({ weight: z.number() })).optional(),
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().optional() })]).optional(),
});

const says = (text: string): string => {
  const result = checkYaml("it.yaml", text, schema);
  return result.ok ? "ok" : formatProblems(result.problems);
};

const lines = (...parts: readonly string[]): string => parts.join("\n");

/** What is written → exactly what is said. */
const table: Readonly<Record<string, readonly [text: string, says: string]>> = {
  "well formed": ["title: a\nsize: 3\ntags: [x]\nparts: { p: { weight: 0.5 } }\n", "ok"],
  "a merged mapping": ["parts: &p { a: { weight: 1 } }\n<<: { title: t }\n", "ok"],
  "an empty file": ["", "it.yaml:1:1: the file is empty"],
  "only comments": ["# nothing\n", "it.yaml:1:1: the file is empty"],
  "a list at the top": ["- title\n", "it.yaml:1:1: the file: expected a mapping, found a list"],
  "a missing key": [
    "size: 3\n",
    lines('it.yaml:1:1: the file lacks the key "title": What it is called.', "    1 | size: 3", "      | ^"),
  ],
  "a misspelled key is one mistake, not an unknown and a missing one": [
    "titel: a\n",
    lines('it.yaml:1:1: unknown key "titel"; did you mean "title"?', "    1 | titel: …", "      | ^"),
  ],
  "an unknown key far from all others": [
    "title: a\nzzzzzz: 1\n",
    lines(
      'it.yaml:2:1: unknown key "zzzzzz"',
      "    2 | zzzzzz: …",
      "      | ^",
      "  fix: the keys possible here: title, size, mode, loud, tags, parts, tls",
    ),
  ],
  "a number in quotes": [
    'title: a\nsize: "3"\n',
    lines(
      'it.yaml:2:7: size: expected a whole number from 1 to 9, found "3"',
      '    2 | size: "3"',
      "      |       ^",
      "  fix: remove the quotes",
    ),
  ],
  "a number out of range": [
    "title: a\nsize: 10\n",
    lines("it.yaml:2:7: size: expected a whole number from 1 to 9, found 10", "    2 | size: 10", "      |       ^"),
  ],
  "a number for text": [
    "title: 12\n",
    lines(
      "it.yaml:1:8: title: expected text, found 12",
      "    1 | title: 12",
      "      |        ^",
      "  fix: put it in quotes",
    ),
  ],
  "YAML 1.1's yes": [
    "title: a\nloud: yes\n",
    lines(
      'it.yaml:2:7: loud: expected true or false, found "yes"',
      "    2 | loud: yes",
      "      |       ^",
      "  fix: write true or false",
    ),
  ],
  "a word that is nearly one of the choices": [
    "title: a\nmode: fats\n",
    lines(
      'it.yaml:2:7: mode: expected "slow" or "fast", found "fats"',
      "    2 | mode: fats",
      "      |       ^",
      '  fix: did you mean "fast"?',
    ),
  ],
  "text for a list": [
    "title: a\ntags: x\n",
    lines(
      "it.yaml:2:7: tags: expected a list, found text",
      "    2 | tags: …",
      "      |       ^",
      "  fix: write it as a list: [ … ]",
    ),
  ],
  "an empty list": [
    "title: a\ntags: []\n",
    lines("it.yaml:2:7: tags: expected at least one entry, found an empty list", "    2 | tags: []", "      |       ^"),
  ],
  "an entry of a list": [
    "title: a\ntags:\n  - x\n  - Y\n",
    lines('it.yaml:4:5: tags[1]: expected small letters, found "Y"', "    4 |   - Y", "      |     ^"),
  ],
  "a name that is not allowed": [
    "title: a\nparts: { P: { weight: 1 } }\n",
    lines(
      'it.yaml:2:10: the name "P": expected small letters',
      "    2 | parts: { P: { weight: 1 } }",
      "      |          ^",
    ),
  ],
  "a key with nothing after it": [
    "title: a\nparts:\n",
    lines(
      "it.yaml:2:1: parts: expected a mapping, found nothing",
      "    2 | parts:",
      "      | ^",
      "  fix: give it a value, or leave the key out",
    ),
  ],
  "neither of two forms": [
    "title: a\ntls: 5\n",
    lines("it.yaml:2:6: tls: expected true, false or a mapping, found 5", "    2 | tls: 5", "      |      ^"),
  ],
  "a mistake inside one of two forms": [
    "title: a\ntls: { caa: b }\n",
    lines('it.yaml:2:8: unknown key "caa"; did you mean "ca"?', "    2 | tls: { caa: … }", "      |        ^"),
  ],
  "several at once, in the order of the file": [
    "tags: [A]\nsize: x\n",
    lines(
      'it.yaml:1:1: the file lacks the key "title": What it is called.',
      "    1 | tags: [A]",
      "      | ^",
      "",
      'it.yaml:1:8: tags[0]: expected small letters, found "A"',
      "    1 | tags: [A]",
      "      |        ^",
      "",
      'it.yaml:2:7: size: expected a whole number from 1 to 9, found "x"',
      "    2 | size: x",
      "      |       ^",
    ),
  ],
  "a key twice": [
    "title: a\ntitle: b\n",
    lines(
      "it.yaml:2:1: this key stands twice in its mapping",
      "    2 | title: b",
      "      | ^",
      "  fix: keep one of them",
    ),
  ],
  "a tab": ["parts:\n\tp: 1\n", lines("it.yaml:2:1: a tab at the start of the line", "  fix: indent with blanks")],
  "an open quote, where it was opened": [
    'title: "a\nsize: 3\n',
    lines("it.yaml:1:8: this quote is never closed", "    1 | title: …", "      |        ^"),
  ],
  "an open bracket": [
    "tags: [a, b\nsize: 3\n",
    lines(
      "it.yaml:2:1: the indentation does not fit",
      "    2 | size: 3",
      "      | ^",
      "  fix: line the keys of a mapping up under each other with blanks, and close every bracket",
    ),
  ],
  "two in one line": [
    "title: a: b\n",
    lines(
      'it.yaml:1:8: a second "key: value" in one line',
      "    1 | title: …: …",
      "      |        ^",
      "  fix: start a new line, or put the value in quotes",
    ),
  ],
  "a second document": [
    "title: a\n---\ntitle: b\n",
    lines("it.yaml:2:1: a second document starts here", '  fix: remove the "---": one file is one document'),
  ],
  "an alias without an anchor": [
    "title: *x\n",
    lines("it.yaml:1:8: an alias (*…) without an anchor (&…) before it", "    1 | title: *x", "      |        ^"),
  ],
  "an alias inside its own anchor": [
    "parts: &p\n  a: *p\n",
    lines("it.yaml:2:6: an alias (*…) inside its own anchor (&…)", "    2 |   a: …", "      |      ^"),
  ],
  "a tag": [
    "title: !vault x\n",
    lines(
      "it.yaml:1:8: tags (!…) are not understood",
      "    1 | title: … x",
      "      |        ^",
      "  fix: remove the tag, or put the value in quotes",
    ),
  ],
  "merging what is no mapping": [
    "title: a\n<<: 3\n",
    lines('it.yaml:2:1: "<<" takes a mapping, or a list of them', "  fix: <<: *name"),
  ],
  "merging a list with something else in it": [
    "title: a\n<<: [{ weight: 1 }, b]\n",
    lines('it.yaml:2:1: "<<" takes a mapping, or a list of them', "  fix: <<: *name"),
  ],
  "a key that JavaScript keeps for itself": [
    "title: a\nparts: { __proto__: { weight: 1 } }\n",
    lines(
      'it.yaml:2:10: a key cannot be "__proto__"',
      "    2 | parts: { __proto__: { weight: 1 } }",
      "      |          ^",
      "  fix: choose another name",
    ),
  ],
  "Windows line ends and a byte order mark": [
    "\uFEFFtitle: a\r\nsize: 0\r\n",
    lines("it.yaml:2:7: size: expected a whole number from 1 to 9, found 0", "    2 | size: 0", "      |       ^"),
  ],
  "a terminal escape": [
    'title: a\ntags: ["\\e[31m"]\n',
    lines(
      'it.yaml:2:8: tags[0]: expected small letters, found "\uFFFD[31m"',
      '    2 | tags: ["\\e[31m"]',
      "      |        ^",
    ),
  ],
};

describe("every mistake, in words and with its place", () => {
  test.each(Object.entries(table))("%s", (_, [text, expected]) => {
    expect(says(text)).toBe(expected);
  });
});

test("a long list of mistakes is cut, and says so", () => {
  const text = `title: a\n${Array.from({ length: 25 }, (_, i) => `unknown${i}: 1`).join("\n")}\n`;
  const result = checkYaml("it.yaml", text, schema);
  expect(result.ok).toBe(false);
  if (result.ok) return;
  expect(result.problems).toHaveLength(21);
  expect(result.problems.at(-1)?.what).toBe("and 5 more problems");
});

test.each([
  ["keys that stand twice", "title: 1\n".repeat(25_000)],
  ["unknown keys", Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n")],
  ["entries of a list", `tags: [${"A,".repeat(100_000)}]`],
])("tens of thousands of mistakes are no more work than can be borne: %s", (_, text) => {
  const result = checkYaml("it.yaml", text, schema);
  expect(result.ok ? 0 : result.problems.length).toBe(21);
});

test("a very long line is cut around the caret", () => {
  const text = `{ title: a, ${Array.from({ length: 60 }, (_, i) => `"k${i}": 1`).join(", ")}, size: 99 }`;
  const result = checkYaml("it.yaml", text, schema.loose());
  const place = result.ok ? undefined : result.problems[0]?.where;
  if (place === undefined || !("file" in place) || place.excerpt === undefined) throw new Error("no excerpt");
  expect(place.excerpt.text.length).toBeLessThan(130);
  expect(place.excerpt.text.slice(place.excerpt.caretAt)).toBe("99 }");
});

test.each([
  ["nesting", "[".repeat(20_000)],
  [
    "a growing chain of aliases",
    `a: &a [${"x,".repeat(9)}]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]\n`,
  ],
  ["size", `title: ${"x".repeat(300_000)}`],
])("text that would cost too much: %s", (_, text) => {
  expect(says(text)).toMatch(/^it\.yaml:1:\d+: (too deeply nested|the file is larger than 256 KiB)/);
});

test("positions are to be had for checks of one's own", () => {
  const result = checkYaml("it.yaml", "title: a\ntags:\n  - x\n  - y\n", schema);
  if (!result.ok) throw new Error(formatProblems(result.problems));
  expect(formatProblems([result.value.problemAt(["tags", 1], "value", "taken")])).toBe(
    lines("it.yaml:4:5: taken", "    4 |   - y", "      |     ^"),
  );
  // What is not in the file is reported at the nearest thing that is.
  expect(formatProblems([result.value.problemAt(["tags", 7], "value", "gone")])).toMatch(/^it\.yaml:2:1: gone/);
});
