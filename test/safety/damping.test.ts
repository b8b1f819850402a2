import { describe, expect, it } from "vitest";
import { damp, hurried, raised, type Damping, type Progress } from "../../src/safety/damping.ts";
import type { Finding } from "../../src/systems/finding.ts";

const slow: Finding = {
  id: "web.health_slow",
  severity: "warning",
  subject: "web1",
  text: "slow",
  evidence: ["web.health@web1"],
};

/** A look after so many answers, each of which is a round of its own. */
const after = (answers: number): Progress => ({ nowMs: 0, answers: () => answers, roundMs: () => 0 });

/** Looks in turn: at each one the finding is there or not, after that many answers. */
const looks = (steps: readonly (readonly [there: boolean, answers: number])[], atOnce = false): readonly boolean[] => {
  let damping: Damping = new Map();
  return steps.map(([there, answers]) => {
    damping = damp(damping, there ? [slow] : [], after(answers), () => atOnce);
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

  it("drops a finding at once that has become another one of the same thing, and keeps it beside any other", () => {
    const evidence = ["gluster.heal@data", "gluster.processes@web2"];
    const about = { severity: "critical", subject: "web2:/bricks/data", evidence } as const;
    const silent: Finding = { id: "gluster.brick_unreachable", text: "does not answer", ...about };
    const dead: Finding = { id: "gluster.brick_down", text: "its process does not run", ...about };
    const shownAfter = (second: Finding): readonly string[] => {
      const first = damp(new Map(), [silent], after(1), () => true);
      const then = damp(first, [second], after(2), () => true);
      return raised(then).map(({ id }) => id);
    };
    expect(shownAfter(dead)).toEqual(["gluster.brick_down"]);
    expect(shownAfter({ ...dead, subject: "web3:/bricks/data" })).toHaveLength(2);
    expect(shownAfter({ ...dead, evidence: ["gluster.mounts@web2"] })).toHaveLength(2);
  });

  it("shows the new name at once where the old one was shown, however patient it is", () => {
    const about = { severity: "critical", subject: "web3", evidence: ["galera.view@web3"] } as const;
    const down: Finding = { id: "galera.member_down", text: "stopped", ...about };
    const silent: Finding = { id: "galera.member_silent", text: "does not answer", ...about };
    const patient = ({ id }: Finding): boolean => id !== silent.id;
    const shown = damp(new Map(), [down], after(1), patient);
    expect(raised(damp(shown, [silent], after(2), patient)).map(({ id }) => id)).toEqual(["galera.member_silent"]);
    // Beside the old one it is another thing, and has to be seen twice.
    expect(raised(damp(shown, [down, silent], after(2), patient)).map(({ id }) => id)).toEqual(["galera.member_down"]);
  });

  it("counts what rests on several probes once in a round, bad or good", () => {
    let damping: Damping = new Map();
    const look = (there: boolean, nowMs: number, answers: number): boolean => {
      const progress = { nowMs, answers: () => answers, roundMs: () => 1_500 };
      damping = damp(damping, there ? [slow] : [], progress, () => false);
      return raised(damping).length > 0;
    };
    // Three members, asked every two seconds, answer half a second after one another.
    expect([look(true, 0, 1), look(true, 500, 2), look(true, 1_000, 3)]).toEqual([false, false, false]);
    expect(look(true, 2_000, 4)).toBe(true);
    expect([look(false, 2_500, 5), look(false, 3_000, 6), look(false, 3_500, 7)]).toEqual([true, true, true]);
    expect([look(false, 4_000, 8), look(false, 4_500, 9), look(false, 5_000, 10)]).toEqual([true, true, true]);
    expect(look(false, 6_000, 11)).toBe(false);
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

  it("says of what was not seen at the last look that it seems over", () => {
    const shown = damp(new Map(), [slow], after(1), () => true);
    expect(raised(shown)).toEqual([slow]);
    expect(raised(damp(shown, [], after(2), () => true))).toMatchObject([
      { id: slow.id, clearing: true, text: "Seems over: slow" },
    ]);
  });

  it("drops at once what rests on nothing that is asked", () => {
    const nothing: Progress = { ...after(0), answers: () => undefined };
    const shown = damp(new Map(), [{ ...slow, evidence: [] }], nothing, () => false);
    expect(raised(shown)).toHaveLength(1);
    expect(raised(damp(shown, [], nothing, () => false))).toEqual([]);
  });

  it("has a question repeated soon that found something once, or nothing any more, and ever later while it stands", () => {
    const at = (nowMs: number, answers: number): Progress => ({ ...after(answers), nowMs });
    const withinMs = (damping: Damping, nowMs: number) => hurried(damping, nowMs).map((each) => each.withinMs);
    const once = damp(new Map(), [slow], at(0, 1), () => false);
    expect(withinMs(once, 0)).toEqual([2_500]);
    const shown = damp(once, [slow], at(2_500, 2), () => false);
    expect(withinMs(shown, 2_500)).toEqual([5_000]);
    expect(withinMs(shown, 600_000)).toEqual([300_000]);
    expect(
      withinMs(
        damp(shown, [], at(600_000, 3), () => false),
        600_000,
      ),
    ).toEqual([5_000]);
    expect(
      hurried(
        damp(new Map(), [{ ...slow, severity: "info" }], at(0, 1), () => true),
        600_000,
      ),
    ).toEqual([]);
  });
});
