import { appendFile, mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openLines, parseLine, readLines } from "../../src/record/lines.ts";
import { replay, stepIndex } from "../../src/record/replay.ts";

const OPENED = {
  kind: "opened",
  atMs: 1,
  v: 1,
  id: "x",
  procedure: "drain",
  subject: "web2",
  cluster: "shop",
  params: {},
  steps: [{ id: "drain", title: "no new visitors" }],
  operator: "alex",
  machine: "bastion",
  pid: 7,
  reason: "kernel",
};
const CHANGE = {
  kind: "change",
  n: 1,
  step: "drain",
  action: "a",
  target: "lb1",
  command: "c",
  sent: "s",
  undo: false,
};
const text = (...entries: readonly object[]): readonly string[] =>
  entries.map((entry, index) => JSON.stringify({ atMs: index + 1, ...entry }));

describe("a journal's replay", () => {
  it("knows what was sent, and what nobody knows", () => {
    const lines = text(
      OPENED,
      { kind: "step", step: "drain", state: "started" },
      CHANGE,
      { ...CHANGE, n: 2 },
      { kind: "result", n: 1, state: "done" },
    );
    expect(replay(lines)).toMatchObject({
      phase: "running",
      step: "drain",
      changes: [{ n: 1, outcome: "done" }, { n: 2 }],
      lastAtMs: 5,
      unreadable: 0,
    });
    expect(replay(lines)?.changes[1]?.outcome).toBeUndefined();
  });

  it("leaves a cut line out", () => {
    const [opened = "", change = ""] = text(OPENED, CHANGE);
    expect(replay([opened, change.slice(0, -9)])).toMatchObject({ changes: [], unreadable: 1 });
  });

  it("stays in undoing until it is closed, however often it stops", () => {
    const lines = text(
      OPENED,
      CHANGE,
      { kind: "undoing", why: "late" },
      { kind: "stopped", why: "lost" },
      { ...OPENED, kind: "resumed" },
    );
    expect(replay(lines)?.phase).toBe("undoing");
  });

  it("stands at the step that was begun last; where that one is over, at the next that is not", () => {
    const steps = ["look", "drain", "maint", "end"].map((id) => ({ id, title: id }));
    const at = (...entries: readonly object[]): number => {
      const standing = replay(text({ ...OPENED, steps }, ...entries));
      if (standing === undefined) throw new Error("not readable");
      return stepIndex(standing);
    };
    const step = (id: string, state: string) => ({ kind: "step", step: id, state });
    expect(at()).toBe(-1);
    expect(at(step("look", "started"))).toBe(0);
    const over = [step("look", "started"), step("look", "done"), step("drain", "started"), step("drain", "done")];
    expect(at(...over)).toBe(2);
    expect(at(...over, step("maint", "left-out"))).toBe(3);
    expect(at(...over, { kind: "undoing", why: "late" })).toBe(1);
  });

  it("makes something of any bytes, and never more than was written", () => {
    const lines = fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...text(OPENED, CHANGE))));
    const isSane = (given: readonly string[]): boolean => (replay(given)?.changes.length ?? 0) <= given.length;
    expect(() => fc.assert(fc.property(lines, isSane))).not.toThrow();
  });
});

describe("a file of lines", () => {
  it("is for its owner alone, and goes on after a line that was cut", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "midwatch-lines-")), "below", "x.jsonl");
    const first = await openLines(path);
    await first.append({ n: 1 });
    await first.close();
    await appendFile(path, '{"n":2,"cu');
    const second = await openLines(path);
    await Promise.all([second.append({ n: 3 }), second.append({ n: 4 })]);
    await second.close();
    expect((await readLines(path)).map((line) => parseLine(line))).toEqual([{ n: 1 }, undefined, { n: 3 }, { n: 4 }]);
    expect((await readFile(path, "utf8")).endsWith("\n")).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
