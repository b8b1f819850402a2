import { describe, expect, it } from "vitest";
import type { Reads } from "../../src/procedures/procedure.ts";
import { planFromParams, type HostPlan, type UpgradePlan } from "../../src/procedures/upgrade/host-plan.ts";
import { lockNotes } from "../../src/procedures/upgrade/lock-host.ts";
import { upgradeProcedure } from "../../src/procedures/upgrade/procedure.ts";
import { versionsKnown } from "../../src/procedures/upgrade/versions.ts";
import { hostReply, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const target = (host: string): HostPlan => ({
  host,
  balancer: false,
  places: [{ loadBalancer: "lb1", proxy: "web", server: host }],
  writes: [{ loadBalancer: "lb1", proxy: "mysql", server: host }],
  out: [],
  manager: "apt",
  all: true,
  changes: [{ name: "apache2", from: "1", to: "2" }],
  php: ["8.2"],
  needsBytes: 1,
});

const view = { cluster: shop, picture: pictureOf(), freshAfterMs: 0 };

const plan: UpgradePlan = {
  run: "x",
  hosts: [target("web2"), target("web3")],
  dumps: [{ loadBalancer: "lb1", path: "/var/lib/haproxy/server-state", socket: "/run/haproxy/admin.sock" }],
  endWriters: true,
  settleMs: 1,
  waitMs: 1,
  reboot: true,
  conffiles: "keep",
  mountsApart: true,
  leftOut: [],
  warnings: [],
};

describe("the steps of a rolling upgrade", () => {
  it("have a name each: a resumed one leaves out what its journal calls done", () => {
    const ids = upgradeProcedure(plan, shop).steps.map(({ id }) => id);
    expect(ids).toContain("web2 keep");
    expect(ids).toContain("web2 keep-ready");
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it("speak of one package as of one, and of several as of several", () => {
    const two = { ...target("web3"), changes: [...target("web3").changes, { name: "tzdata", from: "1", to: "2" }] };
    const { steps } = upgradeProcedure({ ...plan, hosts: [target("web2"), two] }, shop);
    const titles = steps.map(({ title }) => title);
    expect(titles).toContain("web2: 1 package is upgraded");
    expect(titles).toContain("web3: 2 packages are upgraded");
    const wanted = steps.flatMap(({ after }) => after.map((gate) => gate.wanted));
    expect(wanted).toContain("1 package of web2 is new, and none is half installed");
    expect(wanted).toContain("2 packages of web3 are new, and none is half installed");
  });

  it("give a host back only where nobody else had taken it out, and an older journal's everywhere", () => {
    const [web, mysql] = ["web", "mysql"].map((proxy) => ({ loadBalancer: "lb1", proxy, server: "web2" }));
    if (web === undefined || mysql === undefined) return;
    const both = { ...target("web2"), places: [web, mysql], writes: [] };
    const readied = (hosts: readonly HostPlan[]) =>
      upgradeProcedure({ ...plan, hosts }, shop)
        .steps.find(({ id }) => id === "web2 ready")
        ?.actions.map(({ id }) => id);
    expect(readied([both])).toEqual(["ready web/web2 on lb1", "ready mysql/web2 on lb1"]);
    expect(readied([{ ...both, out: [mysql] }])).toEqual(["ready web/web2 on lb1"]);
    const theirs = upgradeProcedure({ ...plan, hosts: [{ ...both, out: [web, mysql] }] }, shop);
    expect(theirs.steps.map(({ id }) => id)).not.toContain("web2 ready");
    expect(theirs.undone[0]?.watch(NOBODY_TO_ASK)(view).state).toBe("open");
    const { out: _, ...old } = both;
    const { params } = upgradeProcedure({ ...plan, hosts: [both] }, shop);
    expect(planFromParams({ ...params, "host web2": JSON.stringify(old) })?.hosts[0]?.out).toEqual([]);
  });

  it("are not made again of a package whose name would be an option of apt", () => {
    const { params } = upgradeProcedure({ ...plan, hosts: [target("web2")] }, shop);
    const planted = { ...target("web2"), changes: [{ name: "-oDPkg::Pre-Invoke::=id", from: "1", to: "2" }] };
    expect(planFromParams(params)).toBeDefined();
    expect(planFromParams({ ...params, "host web2": JSON.stringify(planted) })).toBeUndefined();
  });

  it("say what was left out, in the title and at the end, also when made again from a journal", () => {
    const partly = upgradeProcedure(
      { ...plan, leftOut: [{ host: "lb1", why: "nobody else carries the sites" }] },
      shop,
    );
    const again = planFromParams(partly.params);
    for (const { title, steps } of [partly, ...(again === undefined ? [] : [upgradeProcedure(again, shop)])]) {
      expect(title).toBe("rolling upgrade of web2, web3, without lb1");
      expect(steps.at(-1)?.title).toBe("the whole cluster; lb1 was left out: nobody else carries the sites");
    }
    expect(again?.leftOut).toHaveLength(1);
    expect(upgradeProcedure(plan, shop).title).toBe("rolling upgrade of web2, web3");
  });
});

it("a reboot of the host that keeps the cluster's lock is told before", () => {
  const cluster = { redis: [{ name: "sessions", host: "lb1" }], lockRedis: "sessions" };
  expect(lockNotes(["web2", "lb1"], cluster)).toEqual([expect.stringMatching(/^lb1: .*lock .*Redis sessions/)]);
  expect(lockNotes(["web2"], cluster)).toEqual([]);
  expect(lockNotes(["lb1"], { ...cluster, lockRedis: "cache" })).toEqual([]);
});

it("every version on the host is recorded, and the screen shows those one asks for first", async () => {
  const lines = ["apache2\t2.4.71-1\tinstalled", "libssl3:amd64\t3.0.22-1\tinstalled", "gone\t1\tconfig-files"];
  const reads: Reads = { ask: async () => ({ ok: true, reply: hostReply(`${lines.join("\n")}\n`) }) };
  const look = versionsKnown(target("web2"), "after").watch(reads);
  await expect.poll(() => look(view).state).toBe("open");
  expect(look(view)).toMatchObject({ value: "apache2 2.4.71-1", record: "apache2 2.4.71-1, libssl3 3.0.22-1" });
});
