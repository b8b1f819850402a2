import { describe, expect, it } from "vitest";
import { replay } from "../../../src/record/replay.ts";
import { afterEnd, afterEvent, newRun, type Run } from "../../../src/ui/act/run.ts";
import { walkLines } from "../../../src/ui/draw/walk.ts";
import { themeFor } from "../../../src/ui/theme.ts";
import { allOff, switching } from "../../procedures/bench.ts";
import { pictureOf } from "../fixtures/picture.ts";

const NOW = Date.now();
const KEYS = { proceed: "enter", auto: "a", stop: "s", back: "escape", report: "o" };
const OPENED = {
  kind: "opened",
  atMs: 1,
  v: 1,
  id: "x",
  procedure: "switching",
  subject: "web2",
  cluster: "shop",
  params: {},
  operator: "alex",
  machine: "bastion",
  pid: 7,
  reason: "a test",
};
const LONG = "one word after another, until no line has room for it any more ".repeat(6);

const procedure = switching(allOff());
const [first, second] = procedure.steps;
if (first === undefined || second === undefined) throw new Error("the bench has two steps");

/** The body of a 60×20 terminal, in ASCII. */
const shown = (run: Run): string =>
  walkLines(
    run,
    pictureOf({ nowMs: NOW }),
    { columns: 60, rows: 15 },
    NOW,
    themeFor({ colour: false, ascii: true }),
    KEYS,
  )
    .map((line) => line.map(({ text }) => text).join(""))
    .join("\n");

describe("the walkthrough on the smallest terminal", () => {
  it("says which key goes on, by its name", () => {
    const run: Run = { ...newRun(procedure), asks: { kind: "next", step: first } };
    expect(shown(run)).toContain("Waits for you: enter runs it, a goes on by itself");
  });

  it("shows the gate and what goes on there, however long the commands are", () => {
    const [action] = procedure.steps.flatMap(({ actions }) => actions);
    if (action === undefined) throw new Error("the bench sends nothing");
    const many = {
      ...first,
      actions: Array.from({ length: 9 }, (_, i) => ({ ...action, id: `${action.id}${i}`, target: LONG })),
    };
    const long = { ...procedure, steps: [many, second] };
    const begun = afterEvent(newRun(long), { kind: "step", step: many, state: "started" }, NOW);
    const gate = { id: "ended", wanted: "apt has ended", deadlineMs: 1_000, watch: () => () => now };
    const now = { state: "waiting", value: "running", output: ["Setting up apache2", "Setting up php"] } as const;
    const text = shown(afterEvent(begun, { kind: "gate", step: many.id, gate, now, elapsedMs: 1, final: false }, NOW));
    expect(text).toContain("apt has ended: running");
    expect(text).toContain("Setting up php");
    expect(text).toContain("9 commands in all");
  });

  it("shows every condition and the number of the step, however long the title and the commands are", () => {
    const gates = Array.from({ length: 6 }, (_, i) => ({
      id: `gate${i}`,
      wanted: `condition ${i} of which there is more to say than a line of this terminal has room for`,
      deadlineMs: 20_000,
      watch: () => () => now,
    }));
    const now = { state: "waiting", value: "1 of 2" } as const;
    const [action] = second.actions;
    const several = action === undefined ? [] : [action, { ...action, id: "again" }];
    const many = { ...second, actions: several, before: gates, after: [], title: LONG };
    const run: Run = { ...newRun({ ...procedure, title: LONG, steps: [first, many] }), at: many };
    const asked = shown({ ...run, asks: { kind: "next", step: many } });
    const looked = shown({ ...run, gates: gates.map((gate) => ({ gate, now, elapsedMs: 1_000, final: false })) });
    for (const text of [asked, looked]) {
      expect(text).toContain("step 2 of 2");
      for (const { id } of gates) expect(text).toContain(`condition ${id.slice(-1)}`);
    }
    expect(asked).toMatch(/^sends {2}2 commands: lb1 {2}/m);
    expect(looked.match(/: 1 of 2 \(1s of 20s\)/g)).toHaveLength(6);
  });

  it("counts the conditions that have no line left", () => {
    const gate = { id: "gate", wanted: LONG, deadlineMs: 20_000, watch: () => () => now };
    const now = { state: "open", value: "yes" } as const;
    const gates = Array.from({ length: 20 }, (_, i) => ({ ...gate, id: `gate${i}`, wanted: `condition ${i}` }));
    const run: Run = { ...newRun(procedure), at: second };
    const text = shown({ ...run, gates: gates.map((each) => ({ gate: each, now, elapsedMs: 1, final: true })) });
    expect(text).toMatch(/1\d conditions looked at before/);
    expect(text).toContain("condition 19: yes");
  });

  it("a resumed procedure has its marks from before, and what was taken back has none", () => {
    const action = procedure.steps.at(-1)?.actions[0];
    if (action === undefined) throw new Error("the bench sends nothing");
    const from = replay([
      JSON.stringify({ ...OPENED, steps: procedure.steps.map(({ id, title }) => ({ id, title })) }),
      ...["look", "first", "second"].map((step) => JSON.stringify({ kind: "step", atMs: 2, step, state: "done" })),
    ]);
    const run = newRun(procedure, from);
    expect(shown(run)).toMatch(/^ ?\+ +1 look/m);
    expect(shown({ ...run, phase: "undoing" })).toMatch(/\+ +3 c/);
    const back = afterEvent(run, { kind: "sent", action, undo: true, outcome: { state: "done", value: 0 } }, NOW);
    expect(shown(back)).toMatch(/< +3 c +taken back/);
    const undone = { state: "ran", id: "1", ended: { state: "undone", why: "" }, report: "/r.md" } as const;
    const ended = shown(afterEnd({ ...back, at: first }, undone));
    expect(ended).toMatch(/^ ?< +3 c +taken back/m);
    expect(ended).not.toMatch(/^ ?[>x]/m);
  });

  it("when it has stopped, tells the way on before anything that may be long", () => {
    const ended = { state: "stopped", why: LONG, clean: false, step: first } as const;
    const text = shown(afterEnd(newRun(procedure), { state: "ran", id: "1", ended, report: LONG }));
    expect(text).toContain("Stopped: one word");
    expect(text).toContain("enter: resume, undo or leave it; escape looks on");
  });
});
