import { describe, expect, it } from "vitest";
import { windowOf } from "../../src/ui/rows.ts";
import {
  choicesShown,
  closeView,
  cursorIndex,
  focusStep,
  initialState,
  moveCursor,
  openView,
  putCursor,
  scrollBy,
  viewOf,
} from "../../src/ui/state.ts";

const start = initialState("host");
const keys = ["web1", "web2", "web3"];

describe("the cursor", () => {
  it("stands on the first row until it is moved, and stops at both ends", () => {
    expect(cursorIndex(undefined, keys)).toBe(0);
    expect(cursorIndex(undefined, [])).toBe(-1);
    expect(moveCursor(start, "host", keys, 5).cursors).toEqual({ host: { key: "web3", at: 2 } });
    expect(moveCursor(start, "host", keys, -5).cursors).toEqual({ host: { key: "web1", at: 0 } });
  });

  it("stays on its row when the rows change places", () => {
    const state = putCursor(start, "host", keys, 0);
    expect(cursorIndex(state.cursors["host"], ["web3", "web1", "web2"])).toBe(1);
  });

  it("stays where it was when its row is gone, and goes back when the row comes back", () => {
    const state = putCursor(start, "host", keys, 1);
    expect(cursorIndex(state.cursors["host"], ["web1", "web3"])).toBe(1);
    expect(cursorIndex(state.cursors["host"], ["web1"])).toBe(0);
    expect(cursorIndex(state.cursors["host"], ["web3", "web1", "web2"])).toBe(2);
  });

  it("is each list's own", () => {
    const state = putCursor(putCursor(start, "host", keys, 2), "galera", keys, 1);
    expect(state.cursors).toEqual({ host: { key: "web3", at: 2 }, galera: { key: "web2", at: 1 } });
  });
});

describe("views", () => {
  it("lie over each other and are left in turn; the overview stays", () => {
    const opened = openView(openView(start, { kind: "pane" }), { kind: "help" });
    expect(viewOf(opened).kind).toBe("help");
    expect(viewOf(closeView(opened)).kind).toBe("pane");
    expect(viewOf(closeView(closeView(closeView(opened)))).kind).toBe("overview");
  });

  it("are never stacked twice", () => {
    const opened = openView(openView(openView(start, { kind: "findings" }), { kind: "help" }), { kind: "findings" });
    expect(opened.views.map(({ kind }) => kind)).toEqual(["overview", "help", "findings"]);
  });
});

describe("the focus", () => {
  it("goes round", () => {
    const ids = ["host", "galera", "shadow"];
    expect(focusStep(start, ids, -1).focus).toBe("shadow");
    expect(focusStep(focusStep(start, ids, -1), ids, 1).focus).toBe("host");
  });
});

describe("scrolling", () => {
  it("stops at both ends, so that no key press is swallowed on the way back", () => {
    const down = scrollBy(start, "help", 1_000, 50, 20);
    expect(down.tops["help"]).toBe(30);
    expect(scrollBy(down, "help", -1, 50, 20).tops["help"]).toBe(29);
    expect(scrollBy(start, "help", 10, 5, 20).tops["help"]).toBe(0);
  });

  it("moves a list no further than it must", () => {
    expect(windowOf(300, 10, 0, 5)).toEqual({ top: 0, end: 10 });
    expect(windowOf(300, 10, 0, 12)).toEqual({ top: 3, end: 13 });
    expect(windowOf(300, 10, 3, 4, 1)).toEqual({ top: 3, end: 13 });
    expect(windowOf(300, 10, 3, 3, 1)).toEqual({ top: 2, end: 12 });
    expect(windowOf(300, 10, 295, 299)).toEqual({ top: 290, end: 300 });
    expect(windowOf(4, 10, 7, 0)).toEqual({ top: 0, end: 4 });
  });
});

describe("a list to choose from", () => {
  it("is narrowed by what is typed", () => {
    const choices = [
      { id: "node-down", label: "A node goes down" },
      { id: "heal", label: "Heal pending", hint: "gluster" },
    ];
    const picker = { kind: "picker", of: "scenario", title: "demo", choices, at: 0 } as const;
    expect(choicesShown({ ...picker, text: "NODE" }).map(({ id }) => id)).toEqual(["node-down"]);
    expect(choicesShown({ ...picker, text: "glu" }).map(({ id }) => id)).toEqual(["heal"]);
    expect(choicesShown({ ...picker, text: "x" })).toEqual([]);
  });
});
