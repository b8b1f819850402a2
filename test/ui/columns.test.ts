import { describe, expect, it } from "vitest";
import type { Table } from "../../src/systems/pane.ts";
import { fitColumns, type WidthMemory } from "../../src/ui/columns.ts";
import { plainText } from "../../src/ui/line.ts";
import { headerLine, leftOut, rowLine, signOf } from "../../src/ui/table.ts";
import { themeFor } from "../../src/ui/theme.ts";
import { columns, row } from "./fixtures/panes.ts";

const theme = themeFor({ colour: true, ascii: false });

const table: Table = {
  id: "members",
  columns: columns("member:1", "state:1*", ">conf:5", "component:2", ">recv:3", ">flow:1"),
  rows: [
    row("web1", "ok", { member: "web1", state: "Synced", conf: "17", component: "Primary", recv: "0", flow: "0%" }),
    row("web3", "critical", { member: "web3", state: "stopped 4m", conf: "-", component: "-", recv: "-", flow: "-" }),
  ],
};

const drawn = (width: number, of: Table = table): readonly string[] => {
  const fitted = fitColumns(of, of.rows, width, theme);
  return [
    plainText(headerLine(fitted, theme)),
    ...of.rows.map((each) =>
      plainText(rowLine(fitted, each, { cursor: false, sign: signOf(each.severity, false, theme) }, theme)),
    ),
  ];
};

describe("a table in the columns there are", () => {
  it("shows everything where there is room, numbers to the right", () => {
    expect(drawn(60)).toEqual([
      "    member  state       conf  component  recv  flow",
      "  ● web1    Synced        17  Primary       0    0%",
      "  ✖ web3    stopped 4m     -  -             -     -",
    ]);
  });

  it("drops the highest priority number first", () => {
    expect(drawn(42)).toEqual([
      "    member  state       component  recv  flow",
      "  ● web1    Synced      Primary       0    0%",
      "  ✖ web3    stopped 4m  -             -     -",
    ]);
    expect(drawn(32)[0]).toBe("    member  state       flow");
  });

  it("cuts the growing column when dropping does not help", () => {
    expect(drawn(20)).toEqual(["    member  state   flow", "  ● web1    Synced    0%", "  ✖ web3    stopp…     -"]);
  });

  it("never grows wider than asked, however narrow", () => {
    for (let width = 8; width < 70; width += 1)
      for (const line of drawn(width)) expect(line.length).toBeLessThanOrEqual(width + 4);
  });

  it("keeps a wide character's neighbours in line", () => {
    const wide = { ...table, rows: [row("a", "ok", { member: "漢字", state: "x", flow: "1%" }), ...table.rows] };
    const [, first = "", second = ""] = drawn(60, wide);
    expect(first.indexOf("x")).toBe(second.indexOf("Synced") - 2);
    expect(first.endsWith("1%")).toBe(true);
  });

  it("has every value of a row somewhere: what was left out is told apart", () => {
    const fitted = fitColumns(table, table.rows, 20, theme);
    const [, lost] = table.rows;
    const pairs = lost === undefined ? [] : leftOut(table, fitted, lost, theme).map(plainText);
    expect(pairs).toEqual(["state stopped 4m", "conf -", "component -", "recv -"]);
  });
});

describe("widths that do not jump", () => {
  const rate = (text: string): Table => ({
    ...table,
    rows: [row("web1", "ok", { member: "web1", state: "Synced", flow: text })],
  });
  const widthAt = (text: string, nowMs: number, widths: WidthMemory["widths"]): number =>
    fitColumns(rate(text), rate(text).rows, 60, theme, { key: "x", of: { widths, nowMs } }).find(
      ({ column }) => column.id === "flow",
    )?.width ?? 0;

  it("grow at once and shrink only after a minute", () => {
    const widths: WidthMemory["widths"] = new Map();
    expect(widthAt("9%", 0, widths)).toBe(4);
    expect(widthAt("100.5%", 1_000, widths)).toBe(6);
    expect(widthAt("9%", 2_000, widths)).toBe(6);
    expect(widthAt("9%", 62_000, widths)).toBe(4);
  });

  it("a column that must keep its place is never narrower", () => {
    const kept = { ...rate("0%"), growAtLeast: 28 };
    expect(fitColumns(kept, kept.rows, 60, theme)[1]).toMatchObject({ column: { id: "state" }, width: 28 });
  });
});
