import { readFile, readdir } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUserProcedure } from "../../../src/procedures/user/check.ts";

const HEAD = `name: mine
title: mine
about: mine
on: cluster
parameters:
  site: { about: which }
steps:
  - id: one
    title: one
    why: because
`;

/** `line:column what`, of every problem. */
const faults = (text: string, taken: readonly string[] = []): readonly string[] => {
  const read = parseUserProcedure("mine.yaml", text, taken);
  if (read.ok) return [];
  return read.problems.map(({ what, where }) =>
    where !== undefined && "file" in where ? `${where.line}:${where.column} ${what}` : what,
  );
};

const step = (lines: string): string => `${HEAD}${lines}`;

describe("a procedure of one's own", () => {
  it("is taken when it makes sense", () => {
    expect(faults(step("    run: [{ on: origins, command: [/usr/bin/true, '{site}'] }]\n"))).toStrictEqual([]);
  });

  it("names the place of everything that is wrong with it", () => {
    expect(faults(step("    run:\n      - on: origins\n        command: [/usr/bin/true, '{siet}']\n"))).toStrictEqual([
      "13:34 {siet} is no parameter of it",
    ]);
    expect(faults(step("    bfore: []\n"))[0]).toBe('11:5 unknown key "bfore"; did you mean "before"?');
    expect(faults(step("    run: [{ on: origins }]\n"))[0]).toContain("expected either a command or sql");
    expect(faults(step("    run: [{ on: subject, command: [/usr/bin/true] }]\n"))[0]).toContain("has no subject");
    expect(faults(step("    before: [{ gate: page-answers, on: origins }]\n"))[0]).toContain("needs a url");
    expect(faults(step("    before: [{ gate: health-good, command: [/usr/bin/true] }]\n"))[0]).toContain(
      "health-good takes no command",
    );
    expect(faults(HEAD.replace("name: mine", "name: drain"), ["drain"])[0]).toBe(
      '1:7 a procedure "drain" is there already',
    );
    expect(faults(step("  - id: one\n    title: two\n    why: because\n"))[0]).toContain(
      'another step is called "one"',
    );
  });

  it("sends no shell strings, and names root's programs by their path", () => {
    for (const argv of ["[sh, -c, ls]", "[/bin/bash, -ec, ls]", "[/usr/bin/env, bash, -c, ls]"])
      expect(faults(step(`    run: [{ on: origins, command: ${argv} }]\n`))[0]).toContain("a shell string");
    expect(faults(step("    run: [{ on: origins, as: root, command: [reboot] }]\n"))[0]).toContain("absolute path");
  });

  it("keeps parameters from becoming options, quotes or statements", () => {
    const given = (value: string) => HEAD.replace("about: which", `about: which, pattern: '.*', default: ${value}`);
    for (const value of ['"-rf"', `"it's"`, '"a;b"', '"a`b"', '"a\\\\b"', '""'])
      expect(faults(given(value))[0]).toMatch(/^6:\d+ "/);
    expect(faults(given("shop"))).toStrictEqual([]);
    expect(faults(HEAD.replace("about: which", "about: which, pattern: '('"))[0]).toContain("not a regular expression");
  });

  it("never throws, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(parseUserProcedure("mine.yaml", a, [])).toMatchObject({ ok: false });
        expect(() => parseUserProcedure("mine.yaml", step(b), [])).not.toThrow();
      }),
    );
  });

  it("as shipped is well", async () => {
    const names = (await readdir("procedures")).filter((name) => name.endsWith(".yaml"));
    expect(names).toStrictEqual(["new-site.yaml", "wordpress-update.yaml"]);
    for (const name of names) expect(faults(await readFile(`procedures/${name}`, "utf8"))).toStrictEqual([]);
  });
});
