import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action, Choice, Gate, Procedure, Step } from "../../src/procedures/procedure.ts";
import { replay } from "../../src/record/replay.ts";
import { flip, ID, openBench, type World } from "./bench.ts";

const HOSTS = ["one", "two"] as const;

const is = (world: World, name: string, on: boolean): Gate => ({
  id: `${name} is ${on}`,
  wanted: `${name} is ${on}`,
  deadlineMs: 30,
  watch: () => () => ({
    state: (world.get(name) === true) === on ? "open" : "waiting",
    value: String(world.get(name)),
  }),
});

const turn = (world: World, name: string, to: boolean, undo = true): Action => ({
  id: `${name} ${to}`,
  target: "lb1",
  ask: flip(name, to),
  ...(undo ? { undo: flip(name, !to) } : {}),
  already: () => (world.get(name) === true) === to,
});

const step = (id: string, actions: readonly Action[], more: Partial<Step> = {}): Step => ({
  id,
  title: id,
  why: "",
  before: [],
  actions,
  after: [],
  stays: id,
  ...more,
});

/** Out, worked on, back in, host after host: what a rolling upgrade is. */
const rolling = (world: World, late?: readonly Choice[]): Procedure => ({
  name: "switching",
  subject: "web2",
  title: "rolling",
  params: {},
  warnings: [],
  steps: HOSTS.flatMap((host) => [
    step(`${host} out`, [turn(world, `${host}-out`, true)]),
    step(`${host} work`, [turn(world, `${host}-new`, true, false)], {
      after: [is(world, `${host}-well`, true)],
      takenBack: [is(world, `${host}-well`, true)],
      ...(late === undefined ? {} : { late }),
    }),
    step(`${host} back`, [turn(world, `${host}-out`, false)], { reverses: [`${host} out`] }),
    step(`${host} settles`, [], { seals: true, after: [is(world, `${host}-out`, false)] }),
  ]),
  undone: [is(world, "one-out", false), is(world, "two-out", false)],
});

const fresh = (): World =>
  new Map(HOSTS.flatMap((host) => [[`${host}-out`, false] as const, [`${host}-well`, true] as const]));

describe("host after host", () => {
  it("takes each out, and back in, once", async () => {
    const world = fresh();
    const bench = await openBench(world);
    expect(await bench.run(rolling(world))).toEqual({ state: "done" });
    expect(bench.sent).toEqual(HOSTS.flatMap((host) => [`${host}-out true`, `${host}-new true`, `${host}-out false`]));
  });

  it("taken back in the second, the first is left as it is", async () => {
    const world = fresh().set("two-well", false);
    const bench = await openBench(world);
    expect(await bench.run(rolling(world))).toMatchObject({ state: "stopped", step: { id: "two work" } });
    world.set("two-well", true);
    bench.sent.length = 0;
    expect(await bench.run(rolling(world), { resume: true, undo: true })).toMatchObject({ state: "undone" });
    expect(bench.sent).toEqual(["two-out false"]);
  });

  it("nothing before a step is taken back while what it left behind is not in order", async () => {
    const world = fresh().set("two-well", false);
    const bench = await openBench(world);
    await bench.run(rolling(world));
    bench.sent.length = 0;
    expect(await bench.run(rolling(world), { resume: true, undo: true })).toMatchObject({
      state: "stopped",
      why: "wanted: two-well is true; is: false",
    });
    expect(bench.sent).toEqual([]);
  });

  it("runs a step again when that is chosen", async () => {
    const world = fresh().set("one-well", false);
    const bench = await openBench(world);
    const ended = await bench.run(rolling(world, [{ id: "again", title: "again", leads: "again" }]), {
      decisions: {
        late: async ({ late }) => {
          world.set("one-well", true).set("one-new", false);
          return late?.[0];
        },
      },
    });
    expect(ended).toEqual({ state: "done" });
    expect(bench.sent.filter((line) => line === "one-new true")).toHaveLength(2);
  });

  it("resumed because an early step was undone by somebody, what later steps took away is not done again", async () => {
    const world = fresh().set("one-well", false);
    const bench = await openBench(world);
    const stopAndStart = (): Procedure => {
      const plain = rolling(world);
      const [out, work, ...rest] = plain.steps;
      const service = (id: string, to: boolean, more: Partial<Step>): Step =>
        step(`one ${id}`, [turn(world, "one-stopped", to)], more);
      const between = [service("stop", true, {}), service("start", false, { reverses: ["one stop"] })];
      return { ...plain, steps: [out, ...between, work, ...rest].filter((each) => each !== undefined) };
    };
    expect(await bench.run(stopAndStart())).toMatchObject({ state: "stopped", step: { id: "one work" } });
    // A reload of the load balancer forgot the drain.
    world.set("one-out", false).set("one-well", true);
    bench.sent.length = 0;
    expect(await bench.run(stopAndStart(), { resume: true })).toEqual({ state: "done" });
    expect(bench.sent[0]).toBe("one-out true");
    expect(bench.sent).not.toContain("one-stopped true");
  });

  it("what was sent again on resume is still taken back after what rests on it", async () => {
    const world = fresh().set("one-well", false);
    const bench = await openBench(world);
    const twice = (): Procedure => {
      const [out, work, ...rest] = rolling(world).steps;
      const stop = step("one stop", [turn(world, "one-stopped", true)]);
      return { ...rolling(world), steps: [out, stop, work, ...rest].filter((each) => each !== undefined) };
    };
    await bench.run(twice());
    world.set("one-out", false);
    await bench.run(twice(), { resume: true });
    expect(bench.sent.filter((line) => line === "one-out true")).toHaveLength(2);
    world.set("one-well", true);
    bench.sent.length = 0;
    expect(await bench.run(twice(), { resume: true, undo: true })).toMatchObject({ state: "undone" });
    expect(bench.sent).toEqual(["one-stopped false", "one-out false"]);
  });

  it("killed at any byte of its journal, resumed it ends well and touches no finished host", async () => {
    const world = fresh();
    const bench = await openBench(world);
    await bench.run(rolling(world));
    const whole = await bench.lines();
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (at) => {
        const kept = whole.slice(0, at);
        if (replay(kept.split("\n")) === undefined) return;
        const again = fresh();
        // What was written down before it was sent may or may not have been; here it was.
        for (const [, name = "", to] of kept.matchAll(/"sent":"(\S+) (true|false)"/g)) again.set(name, to === "true");
        const other = await openBench(again);
        await mkdir(join(other.folder, "journal"), { recursive: true });
        await writeFile(join(other.folder, "journal", `${ID}.jsonl`), kept);
        const standing = replay(kept.split("\n"));
        if (standing?.phase === "closed") return;
        expect(await other.run(rolling(again), { resume: true })).toEqual({ state: "done" });
        expect([again.get("one-out"), again.get("two-out"), again.get("two-new")]).toEqual([false, false, true]);
        const settled = standing?.finished.has("one settles") === true;
        expect(settled ? other.sent.filter((line) => line.startsWith("one")) : []).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});
