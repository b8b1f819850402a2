import { describe, expect, it } from "vitest";
import { drainKind } from "../../src/procedures/drain.ts";
import { upgradeKind } from "../../src/procedures/upgrade/kind.ts";
import { lateBalancers } from "../../src/procedures/upgrade/late-balancers.ts";
import type { View } from "../../src/procedures/view.ts";
import type { HaproxyFacts } from "../../src/systems/haproxy/facts-schema.ts";
import { shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const LATE = { state: "unknown", reason: "timeout", detail: "no answer in 5 s" } as const;
const SAID = { state: "known", atMs: 0, value: true } as const;

const viewOf = (answers: typeof LATE | typeof SAID): View => {
  const picture = pictureOf();
  const balancer = {
    host: "lb1",
    asked: "socket",
    answers,
    unit: LATE,
    process: LATE,
    reloadKeepsStates: LATE,
  } as const;
  const facts: HaproxyFacts = { loadBalancers: [balancer], proxies: [], writers: [] };
  const systems = picture.systems.map((system) => (system.id === "haproxy" ? { ...system, facts } : system));
  return { cluster: shop, picture: { ...picture, systems }, freshAfterMs: 0 };
};

/** Shows one view after the other; the last one stays. */
const showing = (...views: readonly View[]) => {
  const left = [...views];
  const told: string[] = [];
  const reads = {
    ...NOBODY_TO_ASK,
    view: () => left[0] ?? viewOf(LATE),
    next: async (stop: AbortSignal) => {
      told.push("next");
      if (left.length > 1) left.shift();
      else await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve()));
    },
    refresh: () => void told.push("refresh"),
  };
  return { reads, told };
};

describe("a load balancer whose answer is late when an upgrade is planned", () => {
  it("is asked anew and waited for", async () => {
    const answering = viewOf(SAID);
    const { reads, told } = showing(viewOf(LATE), viewOf(LATE), answering);
    expect(await lateBalancers({ view: viewOf(LATE), reads })).toBe(answering);
    expect(told).toEqual(["refresh", "next", "next"]);
  });

  it("is not asked again where all of them have answered", async () => {
    const answering = viewOf(SAID);
    const { reads, told } = showing(viewOf(LATE));
    expect(await lateBalancers({ view: answering, reads })).toBe(answering);
    expect(told).toEqual([]);
  });

  it("is waited for no longer than that, and is silent then", async () => {
    const silent = viewOf(LATE);
    expect(await lateBalancers({ view: silent, reads: showing(silent).reads }, 20)).toBe(silent);
  });

  it("does not refuse the plan by its first view", async () => {
    const { reads, told } = showing(viewOf(LATE), viewOf(SAID));
    const options = new Map(upgradeKind.options.map(({ name, fallback }) => [name, fallback]));
    const planned = await upgradeKind.plan({ subject: "shop", options, view: viewOf(LATE), reads });
    expect(told).toContain("next");
    // It came as far as the packages, for which nobody answers.
    expect(planned).toMatchObject({ ok: false, why: expect.stringMatching(/^web2: .*web3: .*web1: /) });
  });
});

describe("a host that no load balancer has", () => {
  it("is refused at once, but not while a silent one could have it", () => {
    expect(drainKind.whyNever?.("web9", viewOf(SAID))).toBe("no load balancer has a server on web9");
    expect(drainKind.whyNever?.("lb1", viewOf(SAID))).toContain("on lb1, which is one itself");
    expect(drainKind.whyNever?.("web9", viewOf(LATE))).toBeUndefined();
  });
});
