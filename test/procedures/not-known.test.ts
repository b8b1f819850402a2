import { afterEach, describe, expect, it, vi } from "vitest";
import type { Gate, Procedure } from "../../src/procedures/procedure.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";
import type { Sight } from "../../src/procedures/gates.ts";
import { allOff, openBench, switching, type World } from "./bench.ts";

afterEach(() => void vi.restoreAllMocks());

/** Only the actions: no gate looks before them. */
const bare = (world: World, more: Partial<Procedure["steps"][number]["actions"][number]> = {}): Procedure => {
  const plain = switching(world);
  return {
    ...plain,
    steps: plain.steps
      .slice(1)
      .map((step) => ({ ...step, after: [], actions: step.actions.map((action) => ({ ...action, ...more })) })),
  };
};

/** Frozen until it was waited for so often. */
const frozenFor = (times: number, waited = { times: 0 }): Partial<Sight> => ({
  view: (freshAfterMs) => ({
    cluster: clusterOf(["web2"]),
    picture: pictureOf({ nowMs: Date.now(), paused: waited.times < times }),
    freshAfterMs,
  }),
  next: async () => {
    waited.times += 1;
    await new Promise(setImmediate);
  },
});

/** As if every bound were over. */
const boundsEndAtOnce = (): void => void vi.spyOn(AbortSignal, "timeout").mockImplementation(() => AbortSignal.abort());

describe("an action of which nobody knows whether it is so already", () => {
  it("waits for a picture of now, and is not sent when that says that it is so", async () => {
    const world = allOff().set("a", true).set("b", true).set("c", true);
    const bench = await openBench(world);
    const waited = { times: 0 };
    expect(await bench.run(bare(world), { sight: frozenFor(3, waited) })).toEqual({ state: "done" });
    expect(waited.times).toBe(3);
    expect(bench.sent).toEqual([]);
  });

  it("is not sent when the picture stays frozen", async () => {
    const world = allOff().set("a", true);
    const bench = await openBench(world);
    boundsEndAtOnce();
    expect(await bench.run(bare(world), { sight: frozenFor(Number.POSITIVE_INFINITY) })).toMatchObject({
      state: "stopped",
      clean: true,
      why: "a: not sent, nobody knows whether it is so already",
    });
    expect(bench.sent).toEqual([]);
  });

  it("is sent all the same where that is harmless, and only when it is known where it is not", async () => {
    const world = allOff();
    const bench = await openBench(world);
    expect(await bench.run(bare(world, { already: () => undefined }))).toEqual({ state: "done" });
    expect(bench.sent).toEqual(["a true", "b true", "c true"]);

    const other = await openBench(world);
    let asked = 0;
    const already = (): boolean | undefined => {
      asked += 1;
      return asked < 3 ? undefined : true;
    };
    expect(await other.run(bare(world, { already, onlyKnown: true }))).toEqual({ state: "done" });
    expect(other.sent).toEqual([]);
  });
});

describe("wait, at a gate that is shut", () => {
  it("waits as long again instead of asking at every picture", async () => {
    const world = allOff();
    const bench = await openBench(world);
    let looks = 0;
    const shut: Partial<Gate> = {
      deadlineMs: 60_000,
      watch: () => () => {
        looks += 1;
        return looks < 50 ? { state: "closed", value: "not yet" } : { state: "open", value: "now" };
      },
    };
    const plain = switching(world, { c: shut });
    const procedure = {
      ...plain,
      steps: plain.steps.map((step) => ({
        ...step,
        late: [{ id: "wait", title: "wait", leads: "wait" } as const],
      })),
    };
    const late = vi.fn(async (step: Procedure["steps"][number]) => step.late?.[0]);
    expect(await bench.run(procedure, { decisions: { late } })).toEqual({ state: "done" });
    expect(late).toHaveBeenCalledTimes(1);
  });
});
