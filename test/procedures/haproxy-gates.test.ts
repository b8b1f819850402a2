import { describe, expect, it } from "vitest";
import { NOBODY_TO_ASK } from "./bench.ts";
import { allOut, allUp, othersCarry, sessionsEnded, timeToZero } from "../../src/procedures/haproxy-gates.ts";
import type { Place } from "../../src/procedures/places.ts";
import type { View } from "../../src/procedures/view.ts";
import type { ServerView } from "../../src/systems/haproxy/facts-schema.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

const PLACE: Place = { loadBalancer: "lb1", proxy: "web", server: "web2" };
const NOT_SAID = { state: "unknown", reason: "timeout", detail: "lb1 does not answer" } as const;

const seen = (atMs: number, view: Partial<ServerView> = {}, drain = false) => ({
  state: "known" as const,
  atMs,
  value: {
    state: drain ? ("draining" as const) : ("up" as const),
    status: drain ? "DRAIN" : "UP",
    admin: { state: "known" as const, atMs, value: { bits: drain ? 8 : 0, drain, maintenance: false, by: [] } },
    weight: 1,
    sessions: 0,
    queue: 0,
    sessionsPerSecond: 0,
    errorsPerSecond: { state: "known" as const, atMs, value: 0 },
    ...view,
  },
});

type Seen = ReturnType<typeof seen> | typeof NOT_SAID;

const viewOf = (servers: Readonly<Record<string, Seen>>, freshAfterMs = 0): View => {
  const picture = pictureOf();
  const proxies = [
    {
      proxy: "web",
      carries: "web",
      sides: [],
      servers: Object.entries(servers).map(([server, view]) => ({
        server,
        host: server,
        backup: false,
        agreed: true,
        views: [{ loadBalancer: "lb1", view }],
      })),
    },
  ];
  const facts = { loadBalancers: [], proxies, writers: [] };
  const systems = picture.systems.map((system) => (system.id === "haproxy" ? { ...system, facts } : system));
  return { cluster: clusterOf(["web1", "web2"]), picture: { ...picture, systems }, freshAfterMs };
};

describe("no session left", () => {
  it("is not said while one is open, or comes back, and not before it has been quiet for a while", () => {
    const check = sessionsEnded([PLACE], 60_000, 6_000).watch(NOBODY_TO_ASK);
    expect(check(viewOf({ web2: seen(1_000, { sessions: 3 }) }))).toMatchObject({ state: "waiting" });
    expect(check(viewOf({ web2: seen(3_000) }))).toMatchObject({ state: "waiting" });
    expect(check(viewOf({ web2: seen(5_000, { sessionsPerSecond: 1 }) }))).toMatchObject({ state: "waiting" });
    expect(check(viewOf({ web2: seen(7_000) }))).toMatchObject({ state: "waiting" });
    expect(check(viewOf({ web2: seen(12_900) }))).toMatchObject({ state: "waiting" });
    expect(check(viewOf({ web2: seen(13_000) }))).toMatchObject({ state: "open" });
  });

  it("is not known when the load balancer does not answer, or has not been asked again", () => {
    const check = sessionsEnded([PLACE], 60_000, 0).watch(NOBODY_TO_ASK);
    expect(check(viewOf({ web2: NOT_SAID }))).toMatchObject({ state: "unknown" });
    expect(check(viewOf({ web2: seen(1_000) }, 2_000))).toMatchObject({ state: "unknown" });
  });

  it("tells when, once sessions fall", () => {
    const at = (atMs: number, sessions: number) => ({ atMs, sessions });
    expect(timeToZero([at(0, 40), at(10_000, 20)])).toBe(10_000);
    expect(timeToZero([at(0, 40)])).toBeUndefined();
    expect(timeToZero([at(0, 40), at(10_000, 40)])).toBeUndefined();
  });
});

describe("another server that is up", () => {
  it.each([
    ["up", seen(1), "open"],
    ["in drain", seen(1, {}, true), "closed"],
    ["of weight 0", seen(1, { weight: 0 }), "closed"],
    ["not known", NOT_SAID, "unknown"],
  ])("when the other one is %s", (_how, other, state) => {
    const check = othersCarry([PLACE], "web2").watch(NOBODY_TO_ASK);
    expect(check(viewOf({ web1: other, web2: seen(1) }))).toMatchObject({ state });
  });
});

it("drain is proved by a sample taken after it was sent, by no older one", () => {
  const check = allOut([PLACE]).watch(NOBODY_TO_ASK);
  expect(check(viewOf({ web2: seen(1_000, {}, true) }, 2_000))).toMatchObject({ state: "waiting" });
  expect(check(viewOf({ web2: seen(2_000, {}, true) }, 2_000))).toMatchObject({ state: "open" });
});

it.each([
  ["up", seen(1), "open"],
  ["up before any check has passed", seen(1, { status: "UP 1/3" }), "waiting"],
  ["not checked", seen(1, { state: "unchecked", status: "no check" }), "open"],
  ["down", seen(1, { state: "down", status: "DOWN 1/2" }), "waiting"],
  ["not known", NOT_SAID, "waiting"],
])("a server that comes back is UP by its checks: %s", (_how, web2, state) => {
  expect(allUp([PLACE]).watch(NOBODY_TO_ASK)(viewOf({ web2 }))).toMatchObject({ state });
});
