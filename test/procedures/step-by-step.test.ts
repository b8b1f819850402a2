import { describe, expect, it } from "vitest";
import type { Procedure } from "../../src/procedures/procedure.ts";
import type { NextWord } from "../../src/procedures/running.ts";
import { allOff, openBench, switching } from "./bench.ts";

/** Answers for each step by its id; every other is run. */
const words =
  (answers: Readonly<Record<string, NextWord>>, asked: string[] = []) =>
  async ({ id }: { readonly id: string }): Promise<NextWord> => {
    asked.push(id);
    return answers[id] ?? { to: "run" };
  };

const mayBeSkipped = (procedure: Procedure, id: string): Procedure => ({
  ...procedure,
  steps: procedure.steps.map((step) => (step.id === id ? { ...step, optional: true } : step)),
});

describe("step by step", () => {
  it("asks before every step, and sends nothing of one that was not said to run", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const asked: string[] = [];
    const next = words({ second: { to: "stop", why: "enough for today" } }, asked);
    expect(await bench.run(switching(world), { decisions: { next } })).toMatchObject({
      state: "stopped",
      why: "enough for today",
      clean: false,
    });
    expect(asked).toEqual(["look", "first", "second"]);
    expect(bench.sent).toEqual(["a true", "b true"]);
    expect(await bench.run(switching(world), { resume: true })).toEqual({ state: "done" });
  });

  it("takes back what was sent when that is said", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const next = words({ second: { to: "undo", why: "wrong host" } });
    expect(await bench.run(switching(world), { decisions: { next } })).toEqual({ state: "undone", why: "wrong host" });
    expect(bench.sent).toEqual(["a true", "b true", "b false", "a false"]);
  });

  it("leaves out only a step that may be", async () => {
    const next = words({ second: { to: "skip" } });
    const world = allOff();
    const bench = await openBench(world);
    await bench.run(mayBeSkipped(switching(world), "second"), { decisions: { next } });
    expect(bench.sent).toEqual(["a true", "b true"]);
    const whole = allOff();
    const other = await openBench(whole);
    await other.run(switching(whole), { decisions: { next } });
    expect(other.sent).toEqual(["a true", "b true", "c true"]);
  });
});
