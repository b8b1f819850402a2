import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/inventory/nearest.ts";
import { EXIT, formatProblem, formatProblems, isProblem, printable, problem } from "../../src/inventory/problem.ts";
import { durationSchema, intervalSchema, percentSchema } from "../../src/inventory/units.ts";
import { splitWords } from "../../src/inventory/words.ts";

describe("the key somebody meant", () => {
  const keys = ["load_balancers", "servers", "web", "database", "flavour", "hosts", "via"];

  test.each([
    ["loadBalancers", "load_balancers"],
    ["load-balancer", "load_balancers"],
    ["flavor", "flavour"],
    ["FLAVOUR", "flavour"],
    ["hsots", "hosts"],
    ["host", "hosts"],
    ["databse", "database"],
    ["zzz", undefined],
    ["x", undefined],
    ["", undefined],
    ["q".repeat(100), undefined],
  ])("%s → %s", (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });

  test("a word is nearest to itself, and one slip away is found again", () => {
    const words = fc.stringMatching(/^[a-z]{5,12}$/);
    fc.assert(
      fc.property(words, fc.nat(11), (word, at) => {
        const slip = word.slice(0, at % word.length) + word.slice((at % word.length) + 1);
        expect(nearest(word, [word])).toBe(word);
        expect(nearest(slip, [word])).toBe(word);
      }),
    );
  });
});

describe("a command line without a shell", () => {
  test.each([
    ["pass show shop/db", ["pass", "show", "shop/db"]],
    ["  pass   show\tx ", ["pass", "show", "x"]],
    [`op read "op://vault/shop db/password"`, ["op", "read", "op://vault/shop db/password"]],
    [`sh -c 'pass show x | head -1'`, ["sh", "-c", "pass show x | head -1"]],
    [String.raw`a\ b "c\"d\n" 'e\'`, ["a b", String.raw`c"d\n`, "e\\"]],
    [`a"b"'c'd ""`, ["abcd", ""]],
    ["$HOME/bin *", ["$HOME/bin", "*"]],
    [`pass "show`, undefined],
    ["pass 'show", undefined],
    ["   ", undefined],
    [`"" x`, undefined],
  ])("%s", (text, argv) => {
    expect(splitWords(text)).toEqual(argv);
  });

  test("single-quoted, any argument comes back as it was", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (args) => {
        const quoted = ["p", ...args].map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`).join(" ");
        expect(splitWords(quoted)).toEqual(["p", ...args]);
      }),
    );
  });
});

describe("units", () => {
  test.each([
    ["500ms", 500],
    ["2s", 2_000],
    ["1.5m", 90_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
  ])("%s", (text, ms) => {
    expect(durationSchema.parse(text)).toBe(ms);
  });

  test.each(["2", "2 s", "s", "-1s", "1w", "1e3s", "99999999d", 2])("not a duration: %s", (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
  });

  test.each([
    ["499ms", false],
    ["500ms", true],
    ["1d", true],
    ["25h", false],
  ])("an interval of %s: %s", (text, ok) => {
    expect(intervalSchema.safeParse(text).success).toBe(ok);
  });

  test.each([
    ["0%", 0],
    ["12.5%", 0.125],
    ["100%", 1],
  ])("%s", (text, share) => {
    expect(percentSchema.parse(text)).toBe(share);
  });

  test.each(["90", "101%", "100.1%", "-1%", "%", 0.9])("not a share: %s", (text) => {
    expect(percentSchema.safeParse(text).success).toBe(false);
  });
});

describe("a problem", () => {
  test("with a position, a source line and a caret", () => {
    const where = { file: "a.yaml", line: 12, column: 7, excerpt: { text: "  flavor: …", caretAt: 2 } };
    expect(formatProblem(problem({ what: "no", where, fix: "yes", exitCode: EXIT.config }))).toBe(
      "a.yaml:12:7: no\n   12 |   flavor: …\n      |   ^\n  fix: yes",
    );
  });

  test("on a host", () => {
    const where = { host: "web1", command: "sudo -n gluster pool list" };
    expect(formatProblem(problem({ what: "needs root", where, exitCode: EXIT.config }))).toBe(
      "web1: needs root\n  sent: sudo -n gluster pool list",
    );
  });

  test("several: a blank line between those that have more than a line", () => {
    const one = problem({ what: "a", exitCode: EXIT.usage });
    const two = problem({ what: "b", fix: "c", exitCode: EXIT.usage });
    expect(formatProblems([one, one])).toBe("a\na");
    expect(formatProblems([one, two])).toBe("a\n\nb\n  fix: c");
  });

  test("is told from other values by its brand", () => {
    expect(isProblem(problem({ what: "a", exitCode: EXIT.usage }))).toBe(true);
    for (const other of [undefined, null, "a", new Error("a"), { what: "a", exitCode: 64 }])
      expect(isProblem(other)).toBe(false);
  });

  test("holds no control character, whatever it was made from", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const made = problem({ what: text, fix: text, exitCode: EXIT.internal });
        expect(formatProblem(made)).toMatch(/^[^\p{C}]*\n {2}fix: [^\p{C}]*$/u);
      }),
    );
    expect(printable("a\u001b[2J\u202eb\nc")).toBe("a\uFFFD[2J\uFFFDb c");
  });
});
