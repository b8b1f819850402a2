import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { respFrames } from "../../src/connect/resp-frames.ts";

const LIMIT = 10_000;

const bulk = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
const line = (type: string, text: string): Buffer => Buffer.from(`${type}${text}\r\n`);

const value = fc.letrec<{ value: Buffer; array: Buffer }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.uint8Array({ maxLength: 40 }).map(bulk),
    fc.constant(Buffer.from("$-1\r\n")),
    fc.integer().map((n) => line(":", String(n))),
    fc.stringMatching(/^[ -~]{0,20}$/).map((text) => line("+", text)),
    fc.stringMatching(/^[A-Z]{2,8} [ -~]{0,20}$/).map((text) => line("-", text)),
    tie("array"),
  ),
  array: fc
    .array(tie("value"), { maxLength: 4 })
    .map((items) => Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items])),
})).value;

/** The same bytes in pieces of any size. */
const cut = (bytes: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
};

describe("RESP2 frames", () => {
  test("every value comes through whole, however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (values, sizes) => {
          const all = Buffer.concat(values);
          const feed = respFrames(LIMIT);
          const passed: Buffer[] = [];
          let frames = 0;
          for (const piece of cut(all, sizes)) {
            const framed = feed(piece);
            if ("broken" in framed) throw new Error(framed.broken);
            frames += framed.frames;
            passed.push(Buffer.from(framed.whole));
          }
          expect(frames).toBe(values.length);
          expect(Buffer.concat(passed).equals(all)).toBe(true);
        },
      ),
    );
  });

  test("no bytes make it throw or keep more than its limit", () => {
    const nearly = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.stringMatching(/^[$*:+>_%~-]?-?[0-9]{0,12}(\r\n|\n|\r)?$/).map((text) => Buffer.from(text)),
      value,
    );
    fc.assert(
      fc.property(fc.array(nearly, { maxLength: 30 }), (chunks) => {
        const feed = respFrames(200);
        let sent = 0;
        let passed = 0;
        for (const chunk of chunks) {
          const framed = feed(chunk);
          if ("broken" in framed) return;
          sent += chunk.length;
          passed += framed.whole.length;
          expect(sent - passed).toBeLessThanOrEqual(200);
        }
      }),
    );
  });

  test.each([
    [">1\r\n$-1\r\n", "a type RESP2 does not have"],
    ["_\r\n", "a type RESP2 does not have"],
    ["$5x\r\nhello\r\n", "a length that cannot be"],
    ["$99999999\r\n", "a length that cannot be"],
    ["*-2\r\n", "a length that cannot be"],
    [":12a\r\n", "a number that is none"],
    ["$2\r\nabcd", "a text without its end"],
    ["+a\nb\r\n", "a line without its end"],
    ["+a\rb\r\n", "a line without its end"],
    ["*1\r\n".repeat(17), "arrays too deep"],
    ["+".padEnd(70_000, "x"), "a line too long"],
  ])("%j is refused: %s", (text, broken) => {
    expect(respFrames(LIMIT)(Buffer.from(text))).toEqual({ broken });
  });
});
