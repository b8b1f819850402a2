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

  describe("with proxies that are not on every load balancer, or not all well", () => {
    const HEAD = "# pxname,svname,status,type,scur,slim,weight,bck,qcur,";
    type Rows = Readonly<Record<string, string>>;
    /** Three servers of each proxy, in the state that is given for it. */
    const lb = (proxies: Rows) =>
      haproxyReply(
        [
          HEAD,
          ...Object.entries(proxies).flatMap(([proxy, status]) =>
            ["web1", "web2", "web3"].map((server) => `${proxy},${server},${status},2,5,100,1,0,0,`),
          ),
          "",
        ].join("\n"),
      );
    const named: Cluster = {
      ...onTwo,
      haproxy: {
        servers: {},
        webProxies: ["web", "staging"],
        databaseProxies: ["mysql"],
        loadBalancers: onTwo.haproxy?.loadBalancers ?? [],
      },
    };
    const by = (lb1: Rows, lb2: Rows) => {
      const answers = { "haproxy.stat@lb1": lb(lb1), "haproxy.stat@lb2": lb(lb2) };
      const found = sites(answers, named);
      return `${found?.severity} ${found?.text}`;
    };

    test.each<[string, Rows, Rows]>([
      ["ok Sites up (web 3/3)", { web: "UP" }, { mysql: "UP" }],
      ["critical Sites have no database (web 3/3, mysql 0/3)", { web: "UP" }, { mysql: "DOWN" }],
      ["critical Sites up (web 3/3), no database through lb2", { web: "UP", mysql: "UP" }, { mysql: "DOWN" }],
      ["critical Sites DOWN (web 0/3)", { web: "DOWN" }, { mysql: "UP" }],
      ["critical Sites partly up (web 3/3, staging 0/3)", { web: "UP", staging: "MAINT" }, { mysql: "UP" }],
      ["critical Sites DOWN (web 0/3, staging 0/3)", { web: "DOWN", staging: "MAINT" }, { web: "DOWN" }],
      [
        "critical Sites up through lb2 (web 3/3, staging 3/3), partly through lb1",
        { web: "DOWN", staging: "UP" },
        { web: "UP", staging: "UP" },
      ],
      [
        "critical Sites partly up through lb1, lb2 (web 3/3, staging 3/3)",
        { web: "DOWN", staging: "UP" },
        { web: "UP", staging: "DOWN" },
      ],
      [
        "critical Sites partly up through lb1 (web 3/3, staging 0/3), not through lb2",
        { web: "UP", mysql: "UP", staging: "MAINT" },
        { web: "UP", mysql: "DOWN" },
      ],
    ])("%s", (text, lb1, lb2) => {
      const mysql = "mysql" in lb1 || "mysql" in lb2 ? {} : { mysql: "UP" };
      expect(by({ ...lb1, ...mysql }, lb2)).toBe(text);
    });

    test("what only a silent one has is not known to be down", () => {
      const names = [haproxyReply(HEALTHY), noReply("timeout")];
      const answers = { "haproxy.stat@lb1": names, "haproxy.stat@lb2": lb({ mysql: "UP" }) };
      expect(sites(answers, onTwo)).toMatchObject({ text: "Sites not known (lb1 not seen)", severity: "unknown" });
    });

    test("a host is not kept for a load balancer that has nothing of the proxy", () => {
      const answers = { "haproxy.stat@lb1": lb({ web: "UP" }), "haproxy.stat@lb2": lb({ mysql: "UP" }) };
      const { reasons, findings } = lookAt(haproxy, answers, { cluster: named });
      expect(findings.filter(({ severity }) => severity === "critical")).toEqual([]);
      expect(reasons("web2").map(({ stance }) => stance)).toEqual(["safe"]);
    });

    test("one of several web backends without a server takes its own sites down, not all", () => {
      const { findings } = lookAt(
        haproxy,
        { "haproxy.stat@lb1": lb({ web: "UP", mysql: "UP", staging: "MAINT" }), "haproxy.stat@lb2": lb({ web: "UP" }) },
        { cluster: named },
      );
      expect(findings[0]?.text).toBe("staging has no usable server on lb1 (3 servers): its sites are down through it");
    });
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
