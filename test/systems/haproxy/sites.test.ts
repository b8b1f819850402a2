import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { haproxy } from "../../../src/systems/haproxy/index.ts";
import { haproxyReply, hostReply, lookAt, noReply, recorded, shop, type Answers } from "../kit.ts";

const HEALTHY = recorded("haproxy", "healthy.show-stat.txt");

/** Statistics in which the servers that match are DOWN. */
const without = (servers: RegExp) =>
  haproxyReply(HEALTHY.replaceAll(new RegExp(`^(${servers.source},.*?),UP,`, "gm"), "$1,DOWN,"));

const STOPPED = hostReply(
  "Id=haproxy.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\n",
);

const onTwo: Cluster = {
  ...shop,
  haproxy: {
    servers: {},
    webProxies: ["web"],
    databaseProxies: ["mysql"],
    loadBalancers: ["lb1", "lb2"].map((host) => ({ host, via: { kind: "socket", path: "/run/haproxy/admin.sock" } })),
  },
};

const sites = (answers: Answers, cluster = shop) => {
  const { facts, context } = lookAt(haproxy, answers, { cluster });
  return haproxy.sitesUp?.(facts, context);
};

describe("whether the sites are up", () => {
  test("all servers take visitors", () => {
    expect(sites({ "haproxy.stat@lb1": haproxyReply(HEALTHY) })).toMatchObject({
      text: "Sites up (web 3/3)",
      severity: "ok",
    });
  });

  test("with fewer servers they are up, and it is said how many are left", () => {
    expect(sites({ "haproxy.stat@lb1": without(/web,web2/) })).toMatchObject({
      text: "Sites up (web 2/3)",
      severity: "warning",
    });
  });

  test("without a web server they are down", () => {
    expect(sites({ "haproxy.stat@lb1": without(/web,web\d/) })).toMatchObject({
      text: "Sites DOWN (web 0/3)",
      severity: "critical",
    });
  });

  test("without a database they are not called up", () => {
    expect(sites({ "haproxy.stat@lb1": without(/mysql,web\d/) })).toMatchObject({
      text: "Sites have no database (web 3/3, mysql 0/3)",
      severity: "critical",
    });
  });

  test("a database server that is left is enough", () => {
    expect(sites({ "haproxy.stat@lb1": without(/mysql,web[12]/) })?.text).toBe("Sites up (web 3/3)");
  });

  test("nothing is said before the first answer", () => {
    expect(sites({})).toBeUndefined();
  });

  test("no load balancer seen: not known, and never up", () => {
    expect(sites({ "haproxy.stat@lb1": noReply("timeout") })).toMatchObject({
      text: "Sites not known (lb1 not seen)",
      severity: "unknown",
    });
  });

  test("what is seen through one of two is said to be by that one", () => {
    const answers = { "haproxy.stat@lb1": noReply("timeout"), "haproxy.stat@lb2": haproxyReply(HEALTHY) };
    expect(sites(answers, onTwo)).toMatchObject({ text: "Sites up by lb2 (web 3/3)", severity: "ok" });
  });

  test("visitors of one load balancer get errors while the other serves", () => {
    const answers = { "haproxy.stat@lb1": without(/web,web\d/), "haproxy.stat@lb2": haproxyReply(HEALTHY) };
    expect(sites(answers, onTwo)).toMatchObject({
      text: "Sites up through lb2 (web 3/3), not through lb1",
      severity: "critical",
    });
  });

  test("each load balancer without something else: neither serves", () => {
    const answers = { "haproxy.stat@lb1": without(/web,web\d/), "haproxy.stat@lb2": without(/mysql,web\d/) };
    expect(sites(answers, onTwo)).toEqual({ text: "Sites DOWN through each of lb1, lb2", severity: "critical" });
  });

  test("a cluster without a web proxy says nothing of sites", () => {
    const { haproxy: config } = shop;
    const none: Cluster = config === undefined ? shop : { ...shop, haproxy: { ...config, webProxies: [] } };
    expect(sites({ "haproxy.stat@lb1": haproxyReply(HEALTHY) }, none)).toBeUndefined();
  });

  test("with HAProxy known to be down on every load balancer they are down", () => {
    const stopped = { "haproxy.stat@lb1": noReply("refused"), "haproxy.unit@lb1": STOPPED };
    expect(sites(stopped)).toEqual({ text: "Sites DOWN (HAProxy is down on lb1)", severity: "critical" });
  });
});
