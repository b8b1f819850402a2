import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bodyRows,
  FINDINGS,
  fitsScreen,
  placeOverview,
  type Need,
  type Overview,
  type Size,
} from "../../src/ui/layout.ts";
import { overviewOf } from "../../src/ui/scene.ts";
import { pictureOf } from "./fixtures/picture.ts";

const place = (size: Size): Overview => overviewOf(pictureOf(), size);

const heightOf = (placed: Overview, systems: number): number =>
  placed.kind === "dense"
    ? placed.hosts + 1 + systems + placed.findings
    : placed.hosts + Math.max(...placed.columns.map((column) => column.reduce((sum, { rows }) => sum + rows, 0)));

describe("where things stand", () => {
  it("at 120x40 all seven panes and the findings are in sight", () => {
    const placed = place({ columns: 120, rows: 40 });
    expect(placed.kind === "grid" && placed.columns.map((column) => column.map(({ id }) => id))).toEqual([
      ["galera", "redis", "web", FINDINGS],
      ["gluster", "haproxy", "shadow"],
    ]);
    expect(placed.hosts).toBe(6);
  });

  it("at 80x24 there is a line a system, all four hosts, and findings", () => {
    expect(place({ columns: 80, rows: 24 })).toEqual({ kind: "dense", hosts: 6, findings: 6 });
  });

  it("at 60x20 nothing but the findings gives way", () => {
    expect(place({ columns: 60, rows: 20 })).toEqual({ kind: "dense", hosts: 6, findings: 0 });
  });

  it("never takes more lines than there are, and gives every system at least its line", () => {
    const needs = fc.array(fc.integer({ min: 2, max: 400 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 300 }),
        fc.integer({ min: 20, max: 120 }),
        fc.integer({ min: 2, max: 500 }),
        needs,
        (columns, rows, hosts, rowsNeeded) => {
          const size = { columns, rows };
          const systems = rowsNeeded.map((each, i): Need => ({ id: `s${i}`, rows: each }));
          const placed = placeOverview(size, hosts, systems);
          expect(heightOf(placed, systems.length)).toBeLessThanOrEqual(bodyRows(size));
          expect(placed.hosts).toBeGreaterThanOrEqual(Math.min(hosts, 4));
          const columnsShown =
            placed.kind === "grid" ? placed.columns.flat() : systems.map(({ id }) => ({ id, rows: 2 }));
          const shown = columnsShown.filter(({ id }) => id !== FINDINGS);
          expect(shown.map(({ id }) => id).toSorted()).toEqual(systems.map(({ id }) => id).toSorted());
          expect(Math.min(...shown.map(({ rows: given }) => given))).toBeGreaterThanOrEqual(2);
        },
      ),
    );
  });

  it("does not depend on what the rows say, only on how many there are", () => {
    const size = { columns: 120, rows: 40 };
    expect(overviewOf(pictureOf({ memberLost: "web3" }), size)).toEqual(place(size));
    expect(overviewOf(pictureOf({ unreachable: "web2" }), size)).toEqual(place(size));
  });

  it("60x20 is the least", () => {
    expect(fitsScreen({ columns: 60, rows: 20 })).toBe(true);
    expect(fitsScreen({ columns: 59, rows: 20 })).toBe(false);
    expect(fitsScreen({ columns: 60, rows: 19 })).toBe(false);
  });
});
