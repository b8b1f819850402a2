import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeOutcome } from "../../src/connect/control.ts";
import type { Action, Gate, GateValue, Procedure } from "../../src/procedures/procedure.ts";
import { replay } from "../../src/record/replay.ts";
import { allOff, flip, ID, openBench, switching, SWITCHES, type World } from "./bench.ts";

const showing = (state: GateValue["state"], value: string): Pick<Gate, "watch"> => ({
  watch: () => () => ({ state, value }),
});

const allOn = (world: World): boolean => SWITCHES.every((name) => world.get(name) === true);
const isOff = (world: World): boolean => [...world.values()].every((on) => !on);

describe("a procedure", () => {
  it("runs its steps in order and closes its journal", async () => {
    const world = allOff();
    const bench = await openBench(world);
    expect(await bench.run(switching(world))).toEqual({ state: "done" });
    expect(bench.sent).toEqual(["a true", "b true", "c true"]);
    expect(replay((await bench.lines()).split("\n"))).toMatchObject({ phase: "closed", result: "done" });
  });

  it("sends nothing that does not stand in the journal's file already", async () => {
    const world = allOff();
    const bench = await openBench(world);
    await bench.run(switching(world));
    for (const [index, line] of bench.sent.entries()) {
      const changes = (bench.onDisk[index] ?? "").split("\n").filter((each) => each.includes('"change"'));
      expect(changes.at(-1)).toContain(line);
    }
  });

  it("sends nothing when it cannot be written down", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const full = { before: () => Promise.reject(new Error("no space left on device")), after: async () => undefined };
    const ended = await bench.run(switching(world), { records: [full] });
    expect(ended).toMatchObject({ state: "stopped", why: expect.stringContaining("no space left") });
    expect(bench.sent).toEqual([]);
  });

  it("does not send what is so already", async () => {
    const world = allOff().set("a", true);
    const bench = await openBench(world);
    await bench.run(switching(world));
    expect(bench.sent).toEqual(["b true", "c true"]);
  });

  it.each(["waiting", "closed", "unknown"] as const)("never passes a gate that is %s", async (state) => {
    const world = allOff();
    const bench = await openBench(world);
    const shut = showing(state, "as it is");
    const ended = await bench.run(switching(world, { may: shut }));
    expect(ended).toMatchObject({ state: "stopped", clean: true, why: "wanted: may be switched; is: as it is" });
    expect(bench.sent).toEqual([]);
  });

  it("passes a gate that may be overridden only when somebody says so, and writes that down", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const shut = { ...showing("closed", "NO"), overridable: "web2" } as const;
    const ended = await bench.run(switching(world, { may: shut }), { decisions: { override: async () => "a reason" } });
    expect(ended.state).toBe("done");
    const lines = await bench.lines();
    expect(lines).toContain('"state":"overridden","value":"NO"');
    expect(lines).toContain('"why":"a reason"');
  });

  it("asks nobody about a gate that may not be overridden", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const shut = showing("closed", "NO");
    const ended = await bench.run(switching(world, { may: shut }), { decisions: { override: async () => "a reason" } });
    expect(ended.state).toBe("stopped");
  });

  it("stops at the next safe point when the lock is lost, and says what stays", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const lost = () => (bench.sent.length > 0 ? "the lock is lost" : undefined);
    const ended = await bench.run(switching(world), { lost });
    expect(ended).toMatchObject({
      state: "stopped",
      clean: false,
      why: "the lock is lost",
      step: { stays: "a and b" },
    });
    expect(bench.sent).toEqual(["a true"]);
  });

  it("stops on request, to be resumed", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const stop = new AbortController();
    const never: Partial<Gate> = {
      deadlineMs: 60_000,
      watch: () => () => {
        stop.abort();
        return { state: "waiting", value: "not yet" };
      },
    };
    const ended = await bench.run(switching(world, { ab: never }), { stop: stop.signal });
    expect(ended).toMatchObject({ state: "stopped", why: "stopped on request", clean: false });
    expect(await bench.run(switching(world), { resume: true })).toEqual({ state: "done" });
    expect(bench.sent).toEqual(["a true", "b true", "c true"]);
  });

  it("takes everything back, the last first, when that is decided at a deadline", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const never = showing("waiting", "not yet");
    const ended = await bench.run(switching(world, { c: never }), {
      decisions: { late: async (step) => step.late?.[0] },
    });
    expect(ended.state).toBe("undone");
    expect(bench.sent).toEqual(["a true", "b true", "c true", "c false", "b false", "a false"]);
    expect(isOff(world)).toBe(true);
  });

  it("leaves what it did not send as it was when it takes back", async () => {
    const world = allOff().set("a", true);
    const bench = await openBench(world);
    const off = showing("open", "");
    const never = showing("waiting", "not yet");
    await bench.run(switching(world, { c: never, off }), { decisions: { late: async (step) => step.late?.[0] } });
    expect(bench.sent).not.toContain("a false");
    expect(world.get("a")).toBe(true);
  });

  it("goes by what it sees, not by the answer, when an answer is lost", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const ended = await bench.run(switching(world), {
      reply: (line) => {
        world.set(line.split(" ")[0] ?? "", true);
        return { state: "in-doubt", why: "connection lost" };
      },
    });
    expect(ended).toEqual({ state: "done" });
  });

  it("runs a finished step again when what it did no longer stands", async () => {
    const world = allOff();
    const bench = await openBench(world);
    const never = showing("waiting", "not yet");
    await bench.run(switching(world, { c: never }));
    world.set("b", false);
    expect(await bench.run(switching(world), { resume: true })).toEqual({ state: "done" });
    expect(bench.sent).toEqual(["a true", "b true", "c true", "b true"]);
  });
});

/** The journal of a whole run, as it lies on disk. */
const wholeJournal = async (): Promise<string> => {
  const world = allOff();
  const bench = await openBench(world);
  await bench.run(switching(world));
  return bench.lines();
};

/** The world after a crash: what was answered is done, what was only written down may be. */
const worldAfter = (text: string, arrived: boolean): World => {
  const world = allOff();
  for (const change of replay(text.split("\n"))?.changes ?? []) {
    const [name = "", to] = change.sent.split(" ");
    if (change.outcome !== undefined || arrived) world.set(name, to === "true");
  }
  return world;
};

describe("killed at any byte of its journal", () => {
  it("resumed it ends as it should, and taken back it leaves nothing", async () => {
    const whole = await wholeJournal();
    const opening = whole.indexOf("\n") + 1;
    const closing = whole.lastIndexOf('{"kind":"closed"');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: opening, max: closing }),
        fc.boolean(),
        fc.boolean(),
        async (cut, arrived, undo) => {
          const text = whole.slice(0, cut);
          const world = worldAfter(text, arrived);
          const bench = await openBench(world);
          await mkdir(join(bench.folder, "journal"), { recursive: true });
          await writeFile(join(bench.folder, "journal", `${ID}.jsonl`), text);
          const ended = await bench.run(switching(world), { resume: true, undo });
          expect(ended.state).toBe(undo ? "undone" : "done");
          expect(undo ? isOff(world) : allOn(world)).toBe(true);
          for (const [index, line] of bench.sent.entries())
            expect(bench.onDisk[index]?.trimEnd().split("\n").at(-1)).toContain(line);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

/** The first of its actions changed. */
const withFirst = (procedure: Procedure, change: (action: Action) => Action): Procedure => ({
  ...procedure,
  steps: procedure.steps.map((step) => ({
    ...step,
    actions: step.actions.map((action) => (action.id === "a" ? change(action) : action)),
  })),
});

it("what may still run is ended before it is taken back, and nothing is while it may", async () => {
  const world = allOff();
  const bench = await openBench(world);
  const procedure = withFirst(switching(world), (action) => ({ ...action, undoFirst: flip("job-of-a", false) }));
  await bench.run(procedure);
  const back = ["c false", "b false", "job-of-a false"];
  bench.sent.length = 0;
  const late = (line: string): ChangeOutcome =>
    line === "job-of-a false" ? { state: "in-doubt", why: "it does not end" } : { state: "done", value: undefined };
  expect(await bench.run(procedure, { resume: true, undo: true, reply: late })).toMatchObject({
    state: "stopped",
    why: "it does not end",
  });
  expect(bench.sent).toEqual(back);
  expect(await bench.run(procedure, { resume: true, undo: true })).toMatchObject({ state: "undone" });
  expect(bench.sent).toEqual([...back, ...back, "a false"]);
});

it("what it does not know any more is named, and never said to be taken back", async () => {
  const world = allOff();
  const bench = await openBench(world);
  await bench.run(switching(world));
  const renamed = withFirst(switching(world), (action) => ({ ...action, id: "a of another version" }));
  expect(await bench.run(renamed, { resume: true, undo: true })).toMatchObject({
    state: "stopped",
    why: "not taken back, for this midwatch does not know how: lb1: a true",
  });
  expect(world.get("b")).toBe(false);
});

it("what takes up how things then are is taken back after everything else", async () => {
  const world = allOff();
  const bench = await openBench(world);
  const plain = switching(world);
  const procedure: Procedure = {
    ...plain,
    steps: plain.steps.map((step) => ({
      ...step,
      actions: step.actions.map((action) => (action.id === "b" ? { ...action, undoLast: true } : action)),
    })),
  };
  await bench.run(procedure, { decisions: { late: async () => undefined } });
  bench.sent.length = 0;
  await bench.run(procedure, { resume: true, undo: true });
  expect(bench.sent).toEqual(["c false", "a false", "b false"]);
});
