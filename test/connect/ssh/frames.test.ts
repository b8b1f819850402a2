import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KEEP_BYTES, textOf } from "../../../src/connect/ssh/capture.ts";
import { feed, openFrames, type FrameEvent } from "../../../src/connect/ssh/frames.ts";

const NONCE = "0123456789abcdef0123456789abcdef";

interface Answer {
  readonly id: number;
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

const frame = ({ id, exitCode, stdout, stderr }: Answer): Buffer =>
  Buffer.concat([
    Buffer.from(`${NONCE} o ${id}\n`),
    stdout,
    Buffer.from(`\n${NONCE} e ${id} ${exitCode}\n`),
    stderr,
    Buffer.from(`\n${NONCE} z ${id}\n`),
  ]);

const feedAll = (chunks: readonly Buffer[]): readonly FrameEvent[] => {
  let state = openFrames(NONCE);
  return chunks.flatMap((chunk) => {
    const fed = feed(state, chunk);
    state = fed.state;
    return fed.events;
  });
};

const cut = (bytes: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
};

const plain = (event: FrameEvent): unknown =>
  event.kind === "opened"
    ? event
    : { ...event, stdout: Buffer.concat(event.stdout.chunks), stderr: Buffer.concat(event.stderr.chunks) };

// What looks like a marker but is none: other nonces, other ids, the right words in the wrong place.
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          "\n",
          "\n\n",
          NONCE.slice(0, 31),
          `\n${NONCE.slice(1)} e 1 0\n`,
          `\n${NONCE} e 999999 0\n`,
          `\n${NONCE} z 999999\n`,
          `\n${NONCE} e `,
          `${NONCE} o 1\n`,
          `\n${NONCE}`,
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

const answers = fc
  .array(fc.record({ exitCode: fc.nat(255), stdout: content, stderr: content }), { maxLength: 6 })
  .map((list) => list.map((answer, index) => ({ ...answer, id: index + 1 })));

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 200 });

describe("frames", () => {
  test("come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(answers, sizes, (list, pieces) => {
        const events = feedAll(cut(Buffer.concat(list.map(frame)), pieces));
        expect(events.map(plain)).toEqual(
          list.flatMap(({ id, exitCode, stdout, stderr }) => [
            { kind: "opened", id },
            { kind: "closed", id, exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) },
          ]),
        );
      }),
    );
  });

  test("a stream cut short gives what was whole, and nothing of the rest", () => {
    fc.assert(
      fc.property(answers, fc.nat(400), (list, missing) => {
        const whole = Buffer.concat(list.map(frame));
        const events = feedAll([whole.subarray(0, Math.max(0, whole.length - missing))]);
        expect(feedAll([whole]).map(plain).slice(0, events.length)).toEqual(events.map(plain));
      }),
    );
  });

  test("any bytes: never a throw, never a frame without the nonce", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), (chunks) => {
        expect(feedAll(chunks.map((chunk) => Buffer.from(chunk)))).toEqual([]);
      }),
    );
  });

  test("noise before and between frames is skipped", () => {
    const one = frame({ id: 1, exitCode: 0, stdout: Buffer.from("a"), stderr: Buffer.alloc(0) });
    const events = feedAll([Buffer.from("Welcome!\n"), one, Buffer.from("[1]+ Done\n"), one]);
    expect(events.map((event) => event.kind)).toEqual(["opened", "closed", "opened", "closed"]);
  });

  test("a huge answer is kept to its limit, and the rest is counted", () => {
    const big = Buffer.alloc(10 * 1024 * 1024, "x");
    const whole = frame({ id: 7, exitCode: 0, stdout: big, stderr: Buffer.from("end") });
    const chunks = cut(
      whole,
      Array.from({ length: 400 }, () => 32 * 1024),
    );
    const last = feedAll(chunks).at(-1);
    if (last?.kind !== "closed") throw new Error("no answer");
    expect(last.stdout.keptBytes).toBe(KEEP_BYTES);
    expect(last.stdout.droppedBytes).toBe(big.length - KEEP_BYTES);
    expect(textOf(last.stdout)).toHaveLength(KEEP_BYTES);
    expect(textOf(last.stderr)).toBe("end");
  });
});
