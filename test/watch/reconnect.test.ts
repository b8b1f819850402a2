import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parsed, type HostCommand } from "../../src/connect/command.ts";
import { sightOf } from "../../src/procedures/sight.ts";
import { probe } from "../../src/systems/probe.ts";
import { samplesAt } from "../../src/watch/samples.ts";
import { createSlot, take } from "../../src/watch/slots.ts";
import { startWatch } from "../../src/watch/watch.ts";
import { systems } from "../../src/systems/registry.ts";
import { shop } from "../systems/kit.ts";
import { answered, failed, handAccess } from "./fake-access.ts";

const question: HostCommand<string, void, "read"> = {
  id: "t.slow",
  kind: "host",
  effect: "read",
  asks: "a test question",
  privilege: { need: "login" },
  deadlineMs: 1_000,
  lane: "batch",
  argv: () => ["echo"],
  parse: (reply) => parsed(reply.stdout),
};

const AT_MS = 1_000_000;

const slot = () => createSlot(probe(question, "web3", undefined, 300_000), AT_MS);

const latest = (of: ReturnType<typeof slot>, up: boolean, sinceMs: number) =>
  samplesAt(
    new Map([[of.probe.key, of]]),
    () => (up ? { state: "up", sinceMs } : { state: "down", sinceMs, reason: "unreachable", detail: "silent" }),
    AT_MS + 1_000,
  ).latest(question, "web3");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a host that has come back", () => {
  it("is yet to answer, where it was last asked in vain", () => {
    const asked = slot();
    take(asked, 1, "web3", failed("unreachable", AT_MS));
    expect(latest(asked, false, AT_MS - 500)).toMatchObject({ state: "unknown", reason: "unreachable" });
    expect(latest(asked, true, AT_MS + 500)).toMatchObject({ state: "unknown", reason: "pending" });
  });

  it("is not excused where it was asked since, or gave another reason", () => {
    const asked = slot();
    take(asked, 1, "web3", failed("unreachable", AT_MS));
    expect(latest(asked, true, AT_MS - 500)).toMatchObject({ reason: "unreachable" });
    take(asked, 2, "web3", failed("timeout", AT_MS));
    expect(latest(asked, true, AT_MS + 500)).toMatchObject({ reason: "timeout" });
    take(asked, 3, "web3", answered("ok", AT_MS));
    expect(latest(asked, true, AT_MS + 500)).toMatchObject({ state: "known" });
  });

  it("is asked everything at once, and not because its link is measured anew", async () => {
    const { access, asked, calls, linkIs } = handAccess();
    const watch = startWatch({ cluster: shop, access, systems });
    const answerAll = async (): Promise<void> => {
      for (const { answer } of asked.splice(0)) answer(failed("timeout", Date.now()));
      await vi.advanceTimersByTimeAsync(0);
    };
    linkIs("web1", { state: "up", sinceMs: 0 });
    while (asked.length > 0) await answerAll();
    calls.length = 0;
    linkIs("web1", { state: "up", sinceMs: 0, roundTripMs: 3 });
    linkIs("web1", { state: "up", sinceMs: 0, roundTripMs: 4 });
    expect(calls).toEqual([]);
    linkIs("web1", { state: "down", sinceMs: 1, reason: "unreachable", detail: "silent" });
    expect(calls).toEqual([]);
    linkIs("web1", { state: "up", sinceMs: 2 });
    expect(calls.map(({ target }) => target)).toContain("web1");
    expect(calls.filter(({ target }) => target === "web2" || target === "lb1")).toEqual([]);
    await watch.close();
  });
});

describe("asking again", () => {
  it("logs in again where a login was refused only when a person wants it, not at every step of a procedure", async () => {
    const { access, calls } = handAccess();
    const retried: (string | undefined)[] = [];
    const counting = { ...access, retry: (host?: string) => void retried.push(host) };
    const watch = startWatch({ cluster: shop, access: counting, systems });
    for (let step = 0; step < 3; step += 1) sightOf(shop, watch, counting).refresh();
    expect(retried).toEqual([]);
    expect(calls.map(({ target }) => target)).toContain("web1");
    watch.refresh("web1");
    expect(retried).toEqual(["web1"]);
    await watch.close();
  });
});
