import { describe, expect, it } from "vitest";
import { healKind } from "../../src/procedures/heal.ts";
import type { Procedure } from "../../src/procedures/procedure.ts";
import { writesElsewhere } from "../../src/procedures/restart/gates.ts";
import { restartKind } from "../../src/procedures/restart/kind.ts";
import { webServedElsewhere } from "../../src/procedures/served-elsewhere.ts";
import type { View } from "../../src/procedures/view.ts";
import { writerMoved, writingPlaces } from "../../src/procedures/writer.ts";
import type { SystemId } from "../../src/systems/system.ts";
import { shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const known = <T>(value: T, atMs = 10) => ({ state: "known" as const, value, atMs });
const SILENT = { state: "unknown" as const, reason: "timeout" as const, detail: "it does not answer" };

/** A picture with these systems' facts; only what the gates read need be in them. */
const viewOf = (facts: Partial<Record<SystemId, unknown>>, freshAfterMs = 0): View => {
  const picture = pictureOf();
  const systems = picture.systems.map((system) =>
    facts[system.id] === undefined ? system : { ...system, facts: facts[system.id] },
  );
  return { cluster: shop, picture: { ...picture, systems }, freshAfterMs };
};

const reason = (procedure: Procedure, step: string, gate: string, view: View) => {
  const found = procedure.steps.find(({ id }) => id === step);
  const all = [...(found?.before ?? []), ...(found?.after ?? [])];
  return all.find(({ id }) => id === gate)?.watch(NOBODY_TO_ASK)(view);
};

describe("healing a volume", () => {
  const brick = (host: string, online: unknown = known(true)) => ({
    host,
    path: "/bricks/data",
    arbiter: false,
    connected: online,
    process: known({ state: "running", startedAtMs: 0 }),
    online,
    pending: known(0),
  });
  const volume = (
    pending: unknown,
    bricks = ["web1", "web2", "web3"].map((host) => brick(host)),
    paths: string[] = [],
  ) => ({
    gluster: {
      askedOf: "web1",
      hosts: [],
      mounts: [],
      strangers: [],
      volumes: [
        {
          name: "data",
          expected: true,
          info: known({ status: "Started", type: "Replicate", selfHeal: true, replicas: 3 }),
          bricks,
          pending,
          trend: known({ direction: "falling", perSecond: -2.5, overMs: 10_000, zeroInMs: 40_000, standing: 100 }),
          splitBrain: known({ paths, count: paths.length, silentBricks: [] }),
        },
      ],
    },
  });
  const counted = (count: number, splitBrain = 0, silentBricks = 0) => known({ count, splitBrain, silentBricks });
  const planned = async (): Promise<Procedure> => {
    const options = new Map([
      ["volume", "data"],
      ["wait", "30m"],
    ]);
    const plan = await healKind.plan({
      subject: "shop",
      options,
      view: viewOf(volume(counted(0))),
      reads: NOBODY_TO_ASK,
    });
    if (!plan.ok) throw new Error(plan.why);
    return plan.procedure;
  };

  it("is done at 0, and not when a brick gives no count", async () => {
    const procedure = await planned();
    const healed = (pending: unknown) => reason(procedure, "heal", "healed", viewOf(volume(pending)));
    expect(healed(counted(0))).toMatchObject({ state: "open" });
    expect(healed(counted(0, 0, 1))).toMatchObject({ state: "unknown" });
    expect(healed(SILENT)).toMatchObject({ state: "unknown" });
    expect(healed(counted(100))).toMatchObject({
      state: "waiting",
      value: "100 to heal, 2.5 a second fewer",
      expectedMs: 40_000,
    });
    expect(healed(counted(2, 2))).toMatchObject({ state: "closed" });
  });

  it("is not done by a count from before it was told", async () => {
    const procedure = await planned();
    expect(reason(procedure, "heal", "healed", viewOf(volume(counted(0)), 11))).toMatchObject({ state: "unknown" });
  });

  it("is refused with a brick away, and not known with one that is not known", async () => {
    const procedure = await planned();
    const bricks = (online: unknown) => [brick("web1"), brick("web2", online), brick("web3")];
    const gate = (online: unknown) =>
      reason(procedure, "look", "bricks-online", viewOf(volume(counted(0), bricks(online))));
    expect(gate(known(false))).toMatchObject({ state: "closed", value: expect.stringContaining("start data force") });
    expect(gate(SILENT)).toMatchObject({ state: "unknown" });
    expect(gate(known(true))).toMatchObject({ state: "open" });
  });

  it("names the files only a person can choose a copy of", async () => {
    const view = viewOf(volume(counted(3, 1), undefined, ["/menu.pdf"]));
    const said = reason(await planned(), "look", "no-split-brain", view);
    expect(said).toMatchObject({
      state: "closed",
      value: expect.stringMatching(/menu\.pdf.*split-brain latest-mtime/),
    });
  });
});

const server = (name: string, backup = false, drain = false, sessions = 3) => ({
  server: name,
  host: name,
  backup,
  agreed: true,
  views: [
    {
      loadBalancer: "lb1",
      view: known({
        state: drain ? "draining" : "up",
        status: drain ? "DRAIN" : "UP",
        admin: known({ bits: drain ? 8 : 0, drain, maintenance: false, by: [] }),
        weight: 1,
        sessions,
        queue: 0,
        sessionsPerSecond: 0,
        errorsPerSecond: known(0),
      }),
    },
  ],
});

const balancer = {
  host: "lb1",
  asked: "socket",
  answers: known(true),
  unit: SILENT,
  process: SILENT,
  reloadKeepsStates: known(true),
};

const haproxy = (web: readonly unknown[], to: readonly string[] = ["web1"]) => ({
  loadBalancers: [balancer],
  proxies: [
    { proxy: "web", carries: "web", servers: web, sides: [] },
    { proxy: "mysql", carries: "database", servers: [server("web1"), server("web2", true)], sides: [] },
  ],
  writers: [{ proxy: "mysql", loadBalancer: "lb1", to: known({ servers: to, hosts: to, role: "active" }) }],
});

const web = (host: string, page: unknown) => ({
  service: "apache2",
  origins: [{ host, unit: SILENT, fpm: [], config: SILENT, php: SILENT, health: SILENT, code: SILENT, page }],
});

describe("a web server may be away for a moment", () => {
  const may = (page: unknown, servers: readonly unknown[]) => {
    const view = viewOf({ haproxy: haproxy(servers), web: web("web1", page) });
    return webServedElsewhere("web1", view).watch(NOBODY_TO_ASK)(view);
  };
  const good = known({ ok: true, slow: false, words: "200" });

  it("when its pages fail: even as the last one, since it serves nobody", () => {
    const bad = known({ ok: false, slow: false, words: "PHP as source" });
    expect(may(bad, [server("web1")])).toMatchObject({
      state: "open",
      value: expect.stringContaining("PHP as source"),
    });
  });
  it("when others carry, and never as the last one that serves", () => {
    expect(may(good, [server("web1"), server("web2")])).toMatchObject({ state: "open", value: "web on lb1: web2" });
    expect(may(good, [server("web1"), server("web2", false, true)])).toMatchObject({ state: "closed" });
  });
  it("when no load balancer has a server on it, and all of them say so", () => {
    const behindNone = (freshAfterMs: number, more: object = {}) => {
      const view = viewOf(
        { haproxy: { ...haproxy([server("web1")]), ...more }, web: web("web3", SILENT) },
        freshAfterMs,
      );
      return webServedElsewhere("web3", view).watch(NOBODY_TO_ASK)(view);
    };
    expect(behindNone(0)).toMatchObject({ state: "open", value: "no load balancer sends visitors here" });
    expect(behindNone(11)).toMatchObject({ state: "unknown" });
    expect(behindNone(0, { loadBalancers: [{ ...balancer, answers: SILENT }] })).toMatchObject({ state: "unknown" });
  });
  it("when it is out of balance and empty, whatever the others do", () => {
    expect(may(good, [server("web1", false, true, 0)])).toMatchObject({ state: "open" });
    expect(may(good, [server("web1", false, true, 2)])).toMatchObject({ state: "closed" });
  });
});

describe("the database's writer", () => {
  const PLACE = { loadBalancer: "lb1", proxy: "mysql", server: "web1" };
  it("is who gets new connections, and has moved when a sample taken since says so", () => {
    const before = viewOf({ haproxy: haproxy([]) });
    expect(writingPlaces("web1", [PLACE], before)).toEqual([PLACE]);
    expect(writingPlaces("web2", [{ ...PLACE, server: "web2" }], before)).toEqual([]);
    const moved = (to: readonly string[], freshAfterMs = 0) =>
      writerMoved("web1", [PLACE]).watch(NOBODY_TO_ASK)(viewOf({ haproxy: haproxy([], to) }, freshAfterMs));
    expect(moved(["web1"])).toMatchObject({ state: "waiting" });
    expect(moved(["web2"])).toMatchObject({ state: "open" });
    expect(moved(["web2"], 11)).toMatchObject({ state: "unknown" });
    expect(moved([])).toMatchObject({ state: "waiting" });
  });
});

describe("a member that is restarted", () => {
  const may = (to: readonly string[], more: object = {}, freshAfterMs = 0) =>
    writesElsewhere("web1").watch(NOBODY_TO_ASK)(viewOf({ haproxy: { ...haproxy([], to), ...more } }, freshAfterMs));
  it("gets no writes, by every load balancer's word of now: a silent one may send them there", () => {
    expect(may(["web2"])).toMatchObject({ state: "open" });
    expect(may(["web1"])).toMatchObject({ state: "closed", value: expect.stringContaining("mysql on lb1") });
    expect(may(["web2"], {}, 11)).toMatchObject({ state: "unknown" });
    const silent = { loadBalancers: [{ ...balancer, answers: SILENT }], writers: [] };
    expect(may([], silent)).toMatchObject({ state: "unknown", value: expect.stringContaining("lb1") });
    expect(writesElsewhere("web1").watch(NOBODY_TO_ASK)(viewOf({ haproxy: "?" }))).toMatchObject({ state: "unknown" });
  });
});

describe("which service is restarted", () => {
  const plan = (host: string, service: string, how = "restart") => {
    const options = new Map([
      ["service", service],
      ["how", how],
    ]);
    return restartKind.plan({ subject: host, options, view: viewOf({}), reads: NOBODY_TO_ASK });
  };
  it.each([
    ["web1", "", "one of apache2, mariadb, glusterd, cron"],
    ["web1", "haproxy", "has no service"],
    ["lb1", "sshd", "it has haproxy, cron"],
    ["web1", "mariadb", "nobody to ask"],
  ])("%s %s: refused, %s", async (host, service, why) => {
    expect(await plan(host, service)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
  });
  it("is not reloaded where a reload is none", async () => {
    expect(await plan("web1", "mariadb", "reload")).toMatchObject({
      ok: false,
      why: expect.stringContaining("no reload"),
    });
  });
});
