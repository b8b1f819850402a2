import fc from "fast-check";
import { expect, test } from "vitest";
import { append, EMPTY, KEEP_BYTES, type Capture } from "../../../src/connect/ssh/capture.ts";

const captured = (chunks: readonly Buffer[]): Capture => {
  let capture = EMPTY;
  for (const chunk of chunks) capture = append(capture, chunk);
  return capture;
};

test("keeps every byte in its order, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
      const chunks = pieces.map((bytes) => Buffer.from(bytes));
      const { chunks: kept, keptBytes } = captured(chunks);
      expect(Buffer.concat(kept)).toEqual(Buffer.concat(chunks));
      expect(keptBytes).toBe(Buffer.concat(chunks).length);
    }),
  );
});

test("a stream in pieces of one byte is held in a few chunks, not copied whole for each of them", () => {
  const one = Buffer.from("x");
  const { chunks, keptBytes } = captured(Array.from({ length: 20_000 }, () => one));
  expect(keptBytes).toBe(20_000);
  expect(chunks.length).toBeLessThan(32);
});

test("keeps no more than its limit and counts the rest", () => {
  const chunk = Buffer.alloc(KEEP_BYTES - 1);
  expect(captured([chunk, Buffer.from("abc")])).toMatchObject({ keptBytes: KEEP_BYTES, droppedBytes: 2 });
});
