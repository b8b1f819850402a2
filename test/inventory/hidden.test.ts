import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInventory } from "../../src/inventory/load.ts";
import { formatProblems } from "../../src/inventory/problem.ts";

const base = { folder: "/srv", home: "/home/alex" };

const says = (text: string): string => {
  const parsed = parseInventory("it.yaml", text, base);
  return parsed.ok ? "" : formatProblems(parsed.problems);
};

// The word the tests look for. It is no part of any message or key.
const SECRET = "hunter2";

/** Every way we could think of in which a password ends up in the file by mistake. */
const mistakes: Readonly<Record<string, string>> = {
  "in its place": "password: hunter2",
  "in quotes": `password: "hunter2"`,
  "with a comment": "password: env:X # was hunter2",
  "only in a comment": "# hunter2\npassword: 1",
  "as a number": "password: 8472hunter2",
  "as a list": "password: [hunter2]",
  "as a mapping": "password: { env: hunter2 }",
  "as a block": "password: |\n  hunter2",
  folded: "password: >-\n  hunter2\n  hunter2",
  "on the next line": "password:\n  hunter2",
  "as an explicit key": "? password\n: hunter2",
  "under a key with an escape": String.raw`"pass\u0077ord": hunter2`,
  "under a misspelled key": "pasword: hunter2",
  "under an unknown key": "mysql_root: hunter2",
  "under an unknown key, nested": "extra: { deep: [{ er: hunter2 }] }",
  "without the blank": "password:hunter2",
  "without the colon": "password hunter2",
  "after an equals sign": "password=hunter2",
  "without the blank, in a flow mapping": "x: { password:hunter2 }",
  "with an open quote": `password: "hunter2`,
  "with an open quote that swallows lines": `password: 'hunter2\nvia: tunnel\nport: 1`,
  "with a colon": "password: hunter2: x",
  "with a colon before": "password: x: hunter2",
  "beginning with what YAML keeps": "password: @hunter2",
  "beginning with a percent": "password: %hunter2",
  "beginning with a tag": "password: !hunter2",
  "beginning with an anchor": "password: &hunter2",
  "as an alias": "password: *hunter2",
  "with an unknown escape": String.raw`password: "\hunter2"`,
  twice: "password: hunter2\npassword: hunter2",
  "with a tab": "password:\n\thunter2",
  "with a bad indent": "password: x\n   hunter2: 1",
  unindented: "password: |\nhunter2",
  "after a known form that is broken": "password: 'command:pass \"hunter2'",
  "in a variable's name": "password: env:hunter2-x",
  "as if env took a value": "password: env:PW=hunter2",
  "in a URL": "stats_url: http://admin:hunter2@127.0.0.1/",
  "in a jump host": "jump: [ops:hunter2@bastion]",
  "as text where a mapping belongs": "ssh: hunter2",
  "as text where a list belongs": "jump: hunter2",
  "in a section that is a secret's name": "galera: { flavour: mariadb, user: a, password: hunter2 }",
};

const places: Readonly<Record<string, (lines: string) => string>> = {
  "top of the file": (lines) => lines,
  cluster: (lines) => `clusters:\n  shop:\n${indent(lines, 4)}`,
  galera: (lines) =>
    `clusters:\n  shop:\n    galera:\n      flavour: mariadb\n      user: root\n${indent(lines, 6)}\n      via: tunel`,
  redis: (lines) =>
    `clusters:\n  shop:\n    redis:\n      cache:\n        purpose: cache\n${indent(lines, 8)}\n        host: 5`,
  ssh: (lines) => `clusters:\n  shop:\n    ssh:\n${indent(lines.replaceAll("password", "passphrase"), 6)}`,
  hosts: (lines) => `clusters:\n  shop:\n    hosts:\n${indent(lines, 6)}`,
  "load balancer": (lines) =>
    `clusters:\n  shop:\n    haproxy:\n      load_balancers:\n        lb1:\n${indent(lines, 10)}`,
};

const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

describe.each(Object.entries(places))("a password in the wrong place is never repeated: %s", (_, place) => {
  test.each(Object.entries(mistakes))("%s", (_, lines) => {
    const said = says(place(lines));
    expect(said).not.toBe("");
    expect(said).not.toContain(SECRET);
  });
});

test("the way out is said", () => {
  expect(
    says(
      "clusters:\n  shop:\n    hosts: { a: { roles: [node] } }\n    galera: { flavour: mariadb, user: a, password: hunter2 }",
    ),
  ).toBe(
    `it.yaml:4:52: password: the secret itself must not stand in this file
    4 |     galera: { flavour: mariadb, user: a, password: … }
      |                                                    ^
  fix: write env:NAME, file:PATH (a file of mode 600 that holds it) or command:PROGRAM …, such as command:pass show db`,
  );
});

test("whatever the password, and wherever the file breaks", () => {
  // Two letters that midwatch itself never says, among what means something in YAML.
  const letter = fc.constantFrom("Z", "\u0416");
  const password = fc
    .array(fc.oneof({ weight: 2, arbitrary: letter }, fc.stringMatching(/^[ :#"'&*!|>%@\\`?=~0-]$/)), { maxLength: 12 })
    .chain((parts) => letter.map((first) => first + parts.join("")));
  const line = fc.constantFrom(
    "flavour: mariadb",
    "user: a",
    "via: socket",
    "port: 3306",
    "members: { a: {} }",
    "- x",
    '"',
    "'",
    "\t",
    "  x",
    "*a",
    "|",
  );
  fc.assert(
    fc.property(
      password,
      fc.constantFrom("password", "pasword", "unheard_of"),
      fc.constantFrom("", '"', "'", "!", "&", "*", "|\n        ", ">\n        "),
      fc.array(line, { maxLength: 4 }),
      fc.array(line, { maxLength: 4 }),
      (secret, key, opening, before, after) => {
        const body = [...before, `${key}: ${opening}${secret}${/["']/.test(opening) ? opening : ""}`, ...after];
        const said = says(`clusters:\n  shop:\n    galera:\n${body.map((text) => `      ${text}`).join("\n")}\n`);
        expect(said).not.toMatch(/[Z\u0416]/);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("any text gives a result or problems that are harmless to print, and never a throw", () => {
  const yamlish = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "clusters:",
          "\n",
          "\n  ",
          "\n    ",
          ": ",
          "- ",
          "[",
          "]",
          "{",
          "}",
          "&a ",
          "*a",
          "<<: ",
          "!t ",
          "|",
          ">",
          '"',
          "'",
          "#",
          "\t",
          "---",
          "%",
          "?",
          "hosts",
          "shop",
          "roles",
          "null",
          "1",
          "\u001b[31m",
          "\u202e",
          "\u0000",
        ),
        fc.string({ unit: "binary", maxLength: 6 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string({ unit: "binary", maxLength: 400 })), (text) => {
      const parsed = parseInventory("it.yaml", text, base);
      if (parsed.ok) return;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { where } of parsed.problems) {
        if (where === undefined || !("file" in where)) continue;
        expect(where.line).toBeGreaterThanOrEqual(1);
        expect(where.column).toBeGreaterThanOrEqual(1);
      }
      expect(formatProblems(parsed.problems)).toMatch(/^(\n|[^\p{Cc}\p{Cf}\p{Cs}])*$/u);
    }),
    { numRuns: 2_000 },
  );
});
