import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keep } from "../../src/watch/keep.ts";

describe("keep", () => {
  it("returns the same object when nothing changed", () => {
    const before = { rows: [{ id: "web1", load: 0.4 }], title: "hosts" };
    expect(keep(before, structuredClone(before))).toBe(before);
  });

  it("keeps the rows that did not change", () => {
    const before = {
      rows: [
        { id: "web1", load: 0.4 },
        { id: "web2", load: 0.5 },
      ],
    };
    const after = keep(before, {
      rows: [
        { id: "web1", load: 0.4 },
        { id: "web2", load: 0.6 },
      ],
    });
    expect(after).not.toBe(before);
    expect(after.rows[0]).toBe(before.rows[0]);
    expect(after.rows[1]).toEqual({ id: "web2", load: 0.6 });
  });

  it("takes names that objects are born with for what they are", () => {
    const named = (value: number): unknown => JSON.parse(`{"__proto__": {"a": ${value}}, "toString": 1}`);
    expect(JSON.stringify(keep(named(1), named(2)))).toBe(JSON.stringify(named(2)));
    expect(keep<unknown>({ a: 1 }, named(1))).toEqual(named(1));
  });

  it("always equals what it was given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, next) => {
        expect(keep<unknown>(before, next)).toEqual(next);
      }),
    );
  });
});
