import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quote, quoteAll } from "../../../src/connect/ssh/quote.ts";

// Single quotes cost a process to prove, so the shell is asked about many words at once.
test("a real shell sees exactly the words that were quoted", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.constantFrom("'", "''", "\\", "$HOME", "`id`", "$(id)", ";", "&&", "-n", "", " ", "*", "~", "!x", "\t", '"'),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (raw) => {
      const words = raw.map((text) => text.replaceAll(/[\0\n]/g, "."));
      const script = `for w in ${quoteAll(words)}; do printf '%s\\n' "$w"; done`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(words.map((text) => `${text}\n`).join(""));
    }),
    { numRuns: 40 },
  );
});

test("what cannot be one word of one line is refused", () => {
  expect(() => quote("a\0b")).toThrow(TypeError);
  expect(() => quote("a\nb")).toThrow(TypeError);
});
