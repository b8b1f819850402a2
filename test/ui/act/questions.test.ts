import { describe, expect, it } from "vitest";
import { takeBackQuestion } from "../../../src/ui/act/questions.ts";
import { newRun, type Run, type StepSeen } from "../../../src/ui/act/run.ts";
import { allOff, switching } from "../../procedures/bench.ts";

const bench = switching(allOff());
const procedure = {
  ...bench,
  steps: bench.steps.map((step) => ({ ...step, keeps: `10 packages of ${step.id} stay new` })),
};

const asked = (steps: readonly (readonly [string, StepSeen["state"]])[]): string => {
  const run: Run = {
    ...newRun(procedure),
    steps: new Map(steps.map(([id, state]): [string, StepSeen] => [id, { state, sinceMs: 1 }])),
  };
  return JSON.stringify(takeBackQuestion(run).body);
};

describe("the question before everything is taken back", () => {
  it("repeats what stays of the steps that were begun, and of no others", () => {
    expect(
      asked([
        ["look", "left-out"],
        ["first", "done"],
        ["second", "running"],
      ]),
    ).toContain("Not taken back: 10 packages of first stay new; 10 packages of second stay new.");
    expect(asked([["look", "left-out"]])).not.toContain("Not taken back");
  });
});
