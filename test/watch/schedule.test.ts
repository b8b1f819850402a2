import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/connect/access.ts";
import { notParsed, parsed, type HostCommand } from "../../src/connect/command.ts";
import { electedProbe, probe } from "../../src/systems/probe.ts";
import { createSchedule } from "../../src/watch/schedule.ts";
import { createSlot, take } from "../../src/watch/slots.ts";
import { answered, failed, handAccess } from "./fake-access.ts";

const question = (id: string): HostCommand<string, void, "read"> => ({
  id,
  kind: "host",
  effect: "read",
  asks: "a test question",
  privilege: { need: "login" },
  deadlineMs: 1_000,
  lane: "batch",
  argv: () => ["echo", id],
  parse: (reply) => parsed(reply.stdout),
});

const slotsOf = (...probes: Parameters<typeof createSlot>[0][]) => probes.map((each) => createSlot(each, Date.now()));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("schedule", () => {
  it("asks all that are due of one host in one call, and each host by itself", () => {
    const { access, calls } = handAccess();
    const slots = slotsOf(
      probe(question("t.a"), "web1", undefined, 2_000),
      probe(question("t.b"), "web1", undefined, 10_000),
      probe(question("t.a"), "web2", undefined, 2_000),
    );
    createSchedule(slots, access, () => undefined).start();
    expect(calls).toEqual([
      { target: "web1", ids: ["t.a", "t.b"] },
      { target: "web2", ids: ["t.a"] },
    ]);
  });

  it("keeps the pace of every other host when one never answers, and never asks that one twice at once", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(
      probe(question("t.a"), "web1", undefined, 2_000),
      probe(question("t.a"), "web2", undefined, 2_000),
    );
    createSchedule(slots, access, () => undefined).start();
    for (let i = 0; i < 5; i += 1) {
      for (const each of asked.filter(({ target }) => target === "web2")) each.answer(answered("ok"));
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(asked.filter(({ target }) => target === "web1")).toHaveLength(1);
    expect(asked.filter(({ target }) => target === "web2")).toHaveLength(6);
  });

  it("goes on when an access fails by a defect of ours", async () => {
    const { access } = handAccess();
    const slots = slotsOf(probe(question("t.a"), "web1", undefined, 2_000));
    const outcomes: Outcome[] = [];
    const broken = { ...access, ask: async () => Promise.reject(new Error("\u001b[2Jno shell")) };
    createSchedule(slots, broken, (_slot, _seq, _by, outcome) => void outcomes.push(outcome)).start();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outcomes).toHaveLength(2);
    expect(outcomes[0]).toMatchObject({ ok: false, reason: "failed", detail: "web1: Error: \u241b[2Jno shell" });
  });

  it("asks before its time what is hurried, and then keeps its pace", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(probe(question("t.slow"), "web1", undefined, 300_000));
    const schedule = createSchedule(slots, access, () => undefined);
    schedule.start();
    await vi.advanceTimersByTimeAsync(0);
    asked.at(-1)?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(1_000);
    schedule.hurry(["t.slow@web1", "t.nobody@web1"], 5_000);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(2);
    asked.at(-1)?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(290_000);
    expect(asked).toHaveLength(2);
  });

  it("counts the second round from the first, however long the process has run before", async () => {
    await vi.advanceTimersByTimeAsync(7_000);
    const { access, asked } = handAccess();
    createSchedule(slotsOf(probe(question("t.a"), "web1", undefined, 2_000)), access, () => undefined).start();
    asked.at(-1)?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(1_900);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(2);
  });

  it("gives an elected question to the next host when the first fails, and stays with whoever answered", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(electedProbe(question("t.pool"), "pool", ["web1", "web2", "web3"], undefined, 15_000));
    createSchedule(slots, access, () => undefined).start();
    await vi.advanceTimersByTimeAsync(0);
    asked.at(-1)?.answer(failed());
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ target }) => target)).toEqual(["web1", "web2"]);
    asked.at(-1)?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked.map(({ target }) => target)).toEqual(["web1", "web2", "web2"]);
  });

  it("tries every host once and then keeps its ordinary pace when nobody can answer", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(electedProbe(question("t.pool"), "pool", ["web1", "web2"], undefined, 15_000));
    createSchedule(slots, access, () => undefined).start();
    await vi.advanceTimersByTimeAsync(0);
    asked.at(-1)?.answer(failed());
    await vi.advanceTimersByTimeAsync(300);
    asked.at(-1)?.answer(failed());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(3);
  });

  it("asks elected questions of one target one after another", async () => {
    const { access, asked } = handAccess();
    const hosts = ["web1", "web2"];
    const slots = slotsOf(
      electedProbe(question("t.one"), "pool", hosts, undefined, 15_000),
      electedProbe(question("t.two"), "pool", hosts, undefined, 15_000),
    );
    createSchedule(slots, access, () => undefined).start();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ ask }) => ask.commandId)).toEqual(["t.one", "t.two"]);
  });

  it("passes an elected question on when the host answers that it cannot say", async () => {
    const { access, asked } = handAccess();
    const stopped = { ...question("t.pool"), parse: () => notParsed("failed", "the daemon is stopped here") };
    const slots = slotsOf(electedProbe(stopped, "pool", ["web1", "web2"], undefined, 15_000));
    createSchedule(slots, access, take).start();
    await vi.advanceTimersByTimeAsync(0);
    asked.at(-1)?.answer(answered("no"));
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ target }) => target)).toEqual(["web1", "web2"]);
  });

  it("asks elected questions of one group one after another, and all of the host that was elected", async () => {
    const { access, asked } = handAccess();
    const hosts = ["web1", "web2"];
    const slots = slotsOf(
      electedProbe(question("t.one"), "pool", hosts, undefined, 15_000),
      electedProbe(question("t.two"), "volume data", hosts, undefined, 15_000, "pool"),
    );
    createSchedule(slots, access, () => undefined).start();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(failed());
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ ask, target }) => `${ask.commandId} ${target}`)).toEqual(["t.one web1", "t.two web2"]);
  });

  it("skips a host that is known to be down when it elects", async () => {
    const { access, asked, links } = handAccess();
    links.set("web1", { state: "down", sinceMs: 0, reason: "unreachable", detail: "gone" });
    const slots = slotsOf(electedProbe(question("t.pool"), "pool", ["web1", "web2"], undefined, 15_000));
    createSchedule(slots, access, () => undefined).start();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ target }) => target)).toEqual(["web2"]);
  });

  it("asks a slow question again sooner when it got no answer, ever less often, and then at its pace", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(probe(question("t.slow"), "web1", undefined, 300_000));
    createSchedule(slots, access, () => undefined).start();
    const times: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      asked.at(-1)?.answer(failed("timeout"));
      const before = asked.length;
      const startMs = performance.now();
      while (asked.length === before) await vi.advanceTimersByTimeAsync(1_000);
      times.push(Math.round((performance.now() - startMs) / 1_000));
    }
    expect(times).toEqual([5, 10, 20]);
    asked.at(-1)?.answer(answered("ok"));
    await vi.advanceTimersByTimeAsync(200_000);
    expect(asked).toHaveLength(4);
  });

  it("asks at once on refresh, but not twice at a time", async () => {
    const { access, asked } = handAccess();
    const slots = slotsOf(probe(question("t.a"), "web1", undefined, 60_000));
    const schedule = createSchedule(slots, access, () => undefined);
    schedule.start();
    schedule.refresh();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(answered("ok"));
    schedule.refresh();
    expect(asked).toHaveLength(2);
  });
});

describe("slots", () => {
  it("drops an answer that arrives after a newer one", () => {
    const [slot] = slotsOf(probe(question("t.a"), "web1", undefined, 2_000));
    if (slot === undefined) throw new Error("no slot");
    take(slot, 2, "web1", answered("new"));
    take(slot, 1, "web1", answered("old"));
    expect(slot.sample).toMatchObject({ state: "known", value: "new" });
  });

  it("keeps no raw reply of a command that says it must not be kept", () => {
    const [slot] = slotsOf(probe({ ...question("t.a"), conceal: "holds names" }, "web1", undefined, 2_000));
    if (slot === undefined) throw new Error("no slot");
    take(slot, 1, "web1", answered("PHPREDIS_SESSION:abc"));
    expect(slot.evidence?.raw).toBe("holds names");
    expect(slot.sample).toMatchObject({ state: "known" });
  });

  it("keeps the last good value beside the reason it is no longer known", () => {
    const [slot] = slotsOf(probe(question("t.a"), "web1", undefined, 2_000));
    if (slot === undefined) throw new Error("no slot");
    take(slot, 1, "web1", answered("42"));
    take(slot, 2, "web1", failed("timeout"));
    expect(slot.sample).toMatchObject({ state: "unknown", reason: "timeout", last: { value: "42" } });
    expect(slot.evidence).toMatchObject({ sent: "echo t.a", target: "web1", raw: "no answer: timeout" });
  });
});
