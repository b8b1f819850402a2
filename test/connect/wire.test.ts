import { once } from "node:events";
import { duplexPair, type Duplex } from "node:stream";
import { expect, test } from "vitest";
import { ProblemError } from "../../src/connect/failure.ts";
import { problem } from "../../src/connect/ssh/problem.ts";
import { wire, type Gate } from "../../src/connect/wire.ts";

const through: Gate = { arriving: (bytes) => ({ pass: bytes }) };

const wired = (gate: Gate = through): { readonly outer: Duplex; readonly far: Duplex } => {
  const [near, far] = duplexPair();
  near.on("error", () => undefined);
  far.on("error", () => undefined);
  return { outer: wire(near, gate), far };
};

test("carries bytes both ways, and its end to the other side", async () => {
  const { outer, far } = wired();
  outer.write("question");
  expect(String(await once(far, "data"))).toBe("question");
  far.write("answer");
  expect(String(await once(outer, "data"))).toBe("answer");
  far.resume();
  const ended = once(far, "end");
  outer.end();
  await ended;
});

test("closes when the server ends its side, though the tunnel would stay open for writing", async () => {
  const { outer, far } = wired();
  outer.resume();
  const closed = once(outer, "close");
  far.end("last words");
  await closed;
  expect(outer.destroyed).toBe(true);
});

test("a library that throws on what arrives loses its connection, not the process", async () => {
  const { outer, far } = wired();
  outer.on("data", () => {
    throw new RangeError("out of bounds");
  });
  const failed = once(outer, "error");
  far.write("hostile");
  expect(await failed).toMatchObject([{ message: "out of bounds" }]);
  expect(outer.destroyed).toBe(true);
});

test("a gate ends it, and says why to whoever reads", async () => {
  const why = problem("unreadable", "too much");
  const { outer, far } = wired({ arriving: () => ({ end: why }) });
  const seen: string[] = [];
  outer.on("data", (bytes) => seen.push(String(bytes)));
  const failed = once(outer, "error");
  far.write("hostile");
  const [error]: unknown[] = await failed;
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ problem: why });
  expect(seen).toEqual([]);
});

test("a gate may hold bytes back until they make sense, and sees what leaves", async () => {
  const left: string[] = [];
  let held = "";
  const { outer, far } = wired({
    arriving: (bytes) => {
      held += String(bytes);
      return held.endsWith("\n") ? { pass: Buffer.from(held) } : {};
    },
    leaving: (bytes) => left.push(String(bytes)),
  });
  outer.write("GET");
  far.write("ha");
  far.write("lf\n");
  expect(String(await once(outer, "data"))).toBe("half\n");
  expect(left).toEqual(["GET"]);
});

test("a slow reader holds the sender back", async () => {
  const { outer, far } = wired();
  outer.pause();
  let sent = 0;
  while (far.write(Buffer.alloc(65_536)) && sent < 10_000) sent += 1;
  expect(sent).toBeLessThan(10_000);
  outer.resume();
  await once(far, "drain");
});
