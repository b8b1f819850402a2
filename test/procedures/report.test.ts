import { describe, expect, it } from "vitest";
import { reportText } from "../../src/procedures/report.ts";
import { replay } from "../../src/record/replay.ts";

const OPENED = {
  kind: "opened",
  atMs: 1,
  v: 1,
  id: "x",
  procedure: "upgrade",
  subject: "shop",
  cluster: "shop",
  params: {},
  steps: [{ id: "web2 packages", title: "web2: 1 package is upgraded" }],
  operator: "alex",
  machine: "bastion",
  pid: 7,
  reason: "security",
};

const looked = (when: "before" | "after", value: string, record?: string) => ({
  kind: "gate",
  atMs: 2,
  step: "web2 packages",
  gate: `versions ${when} on web2`,
  state: "open",
  value,
  wanted: "they are known",
  ...(record === undefined ? {} : { record }),
});

const rowsOf = (...entries: readonly object[]): readonly string[] => {
  const standing = replay([OPENED, ...entries].map((entry) => JSON.stringify(entry)));
  const report = standing === undefined ? "" : reportText(standing);
  return report.split("\n").filter((line) => line.startsWith("| web2 | "));
};

describe("a report's versions", () => {
  it("are those of every package that changed, of new ones and of ones that are gone, and nothing that stayed", () => {
    const before = looked("before", "apache2 2.4.68", "apache2 2.4.68, libapr1 1.7, libssl3 3.0.20, old 1, tzdata 7");
    const after = looked("after", "apache2 2.4.71", "apache2 2.4.71, libapr1 1.7, libssl3 3.0.22, new 1, tzdata 7");
    expect(rowsOf(before, after)).toEqual([
      "| web2 | apache2 | 2.4.68 | 2.4.71 |",
      "| web2 | libssl3 | 3.0.20 | 3.0.22 |",
      "| web2 | new | none | 1 |",
      "| web2 | old | 1 | none |",
    ]);
  });

  it("have a package that was asked for even where it stayed", () => {
    const seen = ["apache2 2.4.71", "apache2 2.4.71, tzdata 7"] as const;
    expect(rowsOf(looked("before", ...seen), looked("after", ...seen))).toEqual([
      "| web2 | apache2 | 2.4.71 | 2.4.71 |",
    ]);
  });

  it("are not known where nobody looked, and nothing is called changed by that", () => {
    expect(rowsOf(looked("after", "apache2 2.4.71", "apache2 2.4.71, tzdata 7"))).toEqual([
      "| web2 | apache2 | ? | 2.4.71 |",
    ]);
    expect(rowsOf({ ...looked("after", "asked, no answer yet"), state: "unknown" })).toEqual([]);
  });

  it("of a journal without records are read as before", () => {
    expect(rowsOf(looked("before", "a 1, b 2"), looked("after", "a 2, b 2"))).toEqual([
      "| web2 | a | 1 | 2 |",
      "| web2 | b | 2 | 2 |",
    ]);
  });
});

describe("a report of what was taken back", () => {
  const journal = (steps: readonly string[], ...entries: readonly object[]): string => {
    const opened = { ...OPENED, steps: steps.map((id) => ({ id, title: id })) };
    const standing = replay([opened, ...entries].map((entry) => JSON.stringify(entry)));
    return standing === undefined ? "" : reportText(standing);
  };
  const change = (n: number, step: string, undo: boolean): readonly object[] => [
    { kind: "change", atMs: n, n, step, action: step, target: "web2", command: "x", sent: "x", undo },
    { kind: "result", atMs: n, n, state: "done" },
  ];
  const sent = [
    { kind: "step", atMs: 2, step: "look", state: "done" },
    ...change(1, "drain", false),
    { kind: "step", atMs: 3, step: "drain", state: "done" },
    ...change(2, "packages", false),
    { kind: "step", atMs: 4, step: "packages", state: "done" },
  ];
  const steps = ["look", "drain", "packages"];

  it("says of every step whether it is, and why it was in words that order nothing", () => {
    const report = journal(
      steps,
      ...sent,
      { kind: "undoing", atMs: 5, why: "put it back" },
      ...change(3, "drain", true),
      { kind: "closed", atMs: 6, result: "undone", why: "put it back" },
    );
    expect(report).toContain("- **Result:** taken back, because: put it back");
    expect(report).toContain("1. look: done\n2. drain: taken back\n3. packages: done, and not taken back");
  });

  it("that was not taken back to its end says what is still to be", () => {
    const report = journal(steps, ...sent, { kind: "undoing", atMs: 5, why: "put it back" });
    expect(report).toContain("- **Result:** not finished, being taken back, because: put it back");
    expect(report).toContain("2. drain: not taken back yet");
  });
});
