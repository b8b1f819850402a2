import { describe, expect, it } from "vitest";
import type { HostPlan, UpgradePlan } from "../../src/procedures/upgrade/host-plan.ts";
import { upgradeProcedure } from "../../src/procedures/upgrade/procedure.ts";
import { shop } from "../systems/kit.ts";

const target = (host: string): HostPlan => ({
  host,
  balancer: false,
  places: [{ loadBalancer: "lb1", proxy: "web", server: host }],
  writes: [{ loadBalancer: "lb1", proxy: "mysql", server: host }],
  manager: "apt",
  all: true,
  changes: [{ name: "apache2", from: "1", to: "2" }],
  php: ["8.2"],
  needsBytes: 1,
});

const plan: UpgradePlan = {
  run: "x",
  hosts: [target("web2"), target("web3")],
  dumps: [{ loadBalancer: "lb1", path: "/var/lib/haproxy/server-state", socket: "/run/haproxy/admin.sock" }],
  endWriters: true,
  settleMs: 1,
  waitMs: 1,
  reboot: true,
  conffiles: "keep",
  warnings: [],
};

describe("the steps of a rolling upgrade", () => {
  it("have a name each: a resumed one leaves out what its journal calls done", () => {
    const ids = upgradeProcedure(plan, shop).steps.map(({ id }) => id);
    expect(ids).toContain("web2 keep");
    expect(ids).toContain("web2 keep-ready");
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });
});
