import { describe, expect, it } from "vitest";
import { damp, raised, type Damping } from "../../src/safety/damping.ts";
import type { Finding } from "../../src/systems/finding.ts";

const slow: Finding = {
  id: "web.health_slow",
  severity: "warning",
  subject: "web1",
  text: "slow",
  evidence: ["web.health@web1"],
};

/** Looks in turn: at each one the finding is there or not, after that many answers. */
const looks = (steps: readonly (readonly [there: boolean, answers: number])[], atOnce = false): readonly boolean[] => {
  let damping: Damping = new Map();
  return steps.map(([there, answers]) => {
    damping = damp(
      damping,
      there ? [slow] : [],
      () => answers,
      () => atOnce,
    );
    return raised(damping).length > 0;
  });
};

describe("damping", () => {
  it("shows a finding with its second bad answer, not with a second look at the first", () => {
    expect(
      looks([
        [true, 1],
        [true, 1],
        [true, 2],
      ]),
    ).toEqual([false, false, true]);
  });

  it("shows a loss that must not wait at once", () => {
    expect(looks([[true, 1]], true)).toEqual([true]);
  });

  it("keeps it until three good answers", () => {
    expect(
      looks([
        [true, 1],
        [true, 2],
        [false, 3],
        [false, 3],
        [false, 4],
        [false, 5],
      ]),
    ).toEqual([false, true, true, true, true, false]);
  });

  it("starts counting anew when it comes back before it cleared", () => {
    expect(
      looks([
        [true, 1],
        [true, 2],
        [false, 3],
        [false, 4],
        [true, 5],
        [false, 6],
        [false, 7],
        [false, 8],
      ]),
    ).toEqual([false, true, true, true, true, true, true, false]);
  });

  it("forgets a single bad answer", () => {
    expect(
      looks([
        [true, 1],
        [false, 2],
        [true, 3],
        [false, 4],
      ]),
    ).toEqual([false, false, false, false]);
  });
});
