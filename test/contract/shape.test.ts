import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meaninglessIn, outOfBounds } from "./meaning.ts";
import { differences, merge, read, shapeOf, write } from "./shape.ts";

const key = fc.constantFrom("a", "b", "c");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { noNullPrototype: true }),
  ),
}));

describe("shapes", () => {
  it("agree with what they were made of, and with what they were merged from", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const both = merge(shapeOf(a), shapeOf(b));
        expect(differences(shapeOf(a), both)).toStrictEqual([]);
        expect(differences(shapeOf(b), both)).toStrictEqual([]);
        expect(differences(shapeOf(a), shapeOf(a))).toStrictEqual([]);
      }),
    );
  });

  it("are read as they were written", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const both = merge(shapeOf(a), shapeOf(b));
        expect(read(JSON.parse(JSON.stringify(write(both))))).toEqual(both);
      }),
    );
  });

  it.each([
    [{ a: 1 }, { a: "1" }, "value.a is string, not number"],
    [{ a: 1 }, {}, "value.a is missing"],
    [{ a: 1 }, { a: 1, b: 2 }, "value.b is not agreed"],
    [[{ a: 1 }], [{ a: 1 }, {}], "value[].a is missing"],
    [new Map([["x", 1]]), [true], "value[] is boolean, not number"],
  ])("%o agreed, %o seen", (agreed, seen, complaint) => {
    expect(differences(shapeOf(seen), shapeOf(agreed))).toContain(complaint);
  });

  it("let an optional key be absent", () => {
    const agreed = merge(shapeOf({ a: 1, b: 1 }), shapeOf({ a: 1 }));
    expect(differences(shapeOf({ a: 2 }), agreed)).toStrictEqual([]);
    expect(write(agreed)).toStrictEqual({ a: "number", "b?": "number" });
  });
});

describe("meanings", () => {
  it.each([
    [{ finishedAtMs: 1_800_000_000 }, "value.finishedAtMs is 1800000000: no time of these years"],
    [{ memory: { usedShare: 61 } }, "value.memory.usedShare is 61: no share of 1"],
    [{ rows: [{ sizeBytes: 0.5 }] }, "value.rows[].sizeBytes is 0.5: no whole number"],
    [{ tookMs: -1 }, "value.tookMs is -1: no duration"],
    [{ perSecond: Number.NaN }, "value.perSecond is NaN: no number"],
  ])("%o is noticed", (value, complaint) => {
    expect(meaninglessIn(value, 1_800_000_000_000)).toStrictEqual([complaint]);
  });

  it("kilobytes in the place of bytes are noticed", () => {
    const vitals = { memoryTotalBytes: 16_777_216, memoryAvailableBytes: 1e9, cores: 8, uptimeMs: 1e9 };
    expect(outOfBounds("host.vitals", vitals)).toHaveLength(1);
  });
});
