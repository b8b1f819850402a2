import headless from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createThrift } from "../../src/ui/thrift.ts";
import { styledRows, type StyledRun } from "../screen/styled.ts";

const screenAfter = async (chunks: readonly string[]): Promise<readonly (readonly StyledRun[])[]> => {
  const terminal = new headless.Terminal({ cols: 20, rows: 6, allowProposedApi: true });
  for (const chunk of chunks) await new Promise<void>((resolve) => terminal.write(chunk, resolve));
  const rows = styledRows(terminal);
  terminal.dispose();
  return rows;
};

const sgr = fc
  .array(
    fc.constantFrom("", "0", "1", "2", "3", "4", "7", "9", "22", "23", "24", "27", "29", "31", "39", "42", "49", "97"),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((codes) => `\u001b[${codes.join(";")}m`);

const piece = fc.oneof(
  { weight: 4, arbitrary: sgr },
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "b", " ", "─", "●") }) },
  fc.constantFrom(
    "\r\n",
    "\n",
    "\u001b[E",
    "\u001b[E\u001b[E\u001b[E",
    "\u001b[K",
    "\u001b[J",
    "\u001b[2J",
    "\u001b[H",
  ),
  fc.constantFrom("\u001b[3G", "\u001b[2A", "\u001b[2;5H", "\u001b[38;5;9m", "\u001b[?25l", "\u001b[S", "\u001b7"),
);

describe("createThrift", () => {
  it(
    "leaves the same screen as what it was given",
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 25 }), { maxLength: 4 }), async (writes) => {
          const chunks = writes.map((pieces) => pieces.join(""));
          const thrift = createThrift();
          expect(await screenAfter(chunks.map(thrift))).toEqual(await screenAfter(chunks));
        }),
        { numRuns: 150 },
      ),
    30_000,
  );

  it("leaves out what is set and taken back, and counts steps", () => {
    const thrift = createThrift();
    expect(
      thrift("\u001b[E\u001b[E\u001b[E\u001b[7G\u001b[K\u001b[2m\u001b[22m\u001b[32m\u001b[39m\u001b[2m0s\u001b[22m"),
    ).toBe("\u001b[3E\u001b[7G\u001b[K\u001b[2m0s\u001b[22m");
  });

  it("keeps bold where dim ends", () => {
    const thrift = createThrift();
    expect(thrift("\u001b[1;2ma\u001b[22;1mb")).toBe("\u001b[1;2ma\u001b[22;1mb");
  });
});
