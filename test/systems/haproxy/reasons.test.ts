import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { haproxy } from "../../../src/systems/haproxy/index.ts";
import type { Stance } from "../../../src/systems/reason.ts";
import { haproxyReply, lookAt, noReply, shop, type Answers } from "../kit.ts";

const NODES = ["web1", "web2", "web3"] as const;

interface Server {
  readonly status: string;
  readonly sessions: number;
  readonly limit: number;
  readonly weight: number;
}

type Backend = Readonly<Record<(typeof NODES)[number], Server>>;

const up = (sessions = 10, limit = 100): Server => ({ status: "UP", sessions, limit, weight: 1 });
const backend = (change: Partial<Backend> = {}): Backend => ({ web1: up(), web2: up(), web3: up(), ...change });

/** `show stat` of a load balancer with the lab's two backends. */
const stat = (web: Backend, mysql: Backend = backend()) =>
  haproxyReply(
    `# pxname,svname,status,type,scur,slim,weight,bck,qcur,\n${[["web", web] as const, ["mysql", mysql] as const]
      .flatMap(([proxy, servers]) =>
        NODES.map((node) => {
          const { status, sessions, limit, weight } = servers[node];
          const bck = proxy === "mysql" && node !== "web1" ? 1 : 0;
          return `${proxy},${node},${status},2,${sessions},${limit === 0 ? "" : limit},${weight},${bck},0,`;
        }),
      )
      .join("\n")}\n`,
  );

const two: Cluster = {
  ...shop,
  hosts: [
    ...shop.hosts,
    { name: "lb2", address: "lb2", roles: ["load-balancer"], ssh: { agent: false, useSshConfig: false }, disks: [] },
  ],
  haproxy: {
    loadBalancers: ["lb1", "lb2"].map((host) => ({ host, via: { kind: "socket", path: "/run/haproxy/admin.sock" } })),
    servers: {},
    webProxies: ["web"],
    databaseProxies: ["mysql"],
  },
};

const word = (answers: Answers, host: string, cluster = shop) =>
  lookAt(haproxy, answers, { cluster })
    .reasons(host)
    .map(({ stance, text }) => `${stance}: ${text}`);

const one = (web: Backend, mysql?: Backend): Answers => ({ "haproxy.stat@lb1": stat(web, mysql) });

test("the others carry it, with its load", () => {
  expect(word(one(backend()), "web2")).toEqual([
    "safe: web keeps web1, web3, at most 15% of a limit with its load; mysql keeps web1, web3, at most 20% of a limit with its load",
  ]);
});

test("the database's writer: where writes go is said", () => {
  expect(word(one(backend()), "web1")[0]).toContain(
    "mysql keeps web2, web3, at most 20% of a limit with its load (writes move to web2",
  );
});

describe("what would break", () => {
  const down: Server = { ...up(0), status: "DOWN" };
  const out: Server = { ...up(0), status: "MAINT" };
  test.each([
    [backend({ web1: down, web3: out }), "no: web would have no server left on lb1"],
    [backend({ web1: { ...up(), weight: 0 }, web3: down }), "no: web would have no server left on lb1"],
    [
      backend({ web2: up(120), web3: down }),
      "no: web on lb1: the rest would be at 130% of a session limit with its load",
    ],
    [backend({ web1: { ...up(), status: "UP 1/3" } }), "wait: until web1 passes its checks again on lb1"],
    [
      backend({ web1: { ...up(), status: "no check" }, web3: down }),
      "unknown: whether web1 works is not known: lb1 does not check it",
    ],
  ])("%#", (web, text) => {
    expect(word(one(web), "web2")).toEqual([text]);
  });
});

test("one at a time: while another is out, the last but one waits for it", () => {
  const out: Server = { ...up(0), status: "DRAIN" };
  expect(word(one(backend({ web2: out })), "web1")).toEqual([
    "wait: until web2 serves again: web would have only web3 left on lb1",
  ]);
  // Itself out already: what stays does not become less.
  expect(word(one(backend({ web2: out })), "web2")[0]).toContain("safe: web keeps web1, web3");
  expect(word(one(backend({ web2: out, web3: out })), "web2")[0]).toContain("safe: web keeps web1");
});

describe("servers that the inventory does not map", () => {
  const HEAD = "# pxname,svname,status,type,scur,slim,weight,bck,qcur,";
  const rows = (proxy: string, servers: readonly string[], status = "UP") =>
    servers.map((server) => `${proxy},${server},${status},2,5,100,1,0,0,`);
  const lb1 = (...lines: readonly (readonly string[])[]): Answers => ({
    "haproxy.stat@lb1": haproxyReply([HEAD, ...lines.flat(), ""].join("\n")),
  });
  const KEEPS = "safe: web keeps web2, web3, at most 8% of a limit with its load";
  const UNKNOWN =
    "unknown: whether it is behind mysql/db1, mysql/db2, mysql/db3 is not known: map them in the inventory";
  const dbs = ["db1", "db2", "db3"];

  test("one proxy that is mapped does not hide another that is not", () => {
    expect(word(lb1(rows("web", NODES), rows("mysql", dbs)), "web1")).toEqual([KEEPS, UNKNOWN]);
    expect(word(lb1(rows("web", NODES, "DOWN"), rows("mysql", dbs)), "web1")).toEqual([
      "no: web would have no server left on lb1",
      UNKNOWN,
    ]);
  });

  test("a server of its own there is enough", () => {
    expect(word(lb1(rows("web", NODES), rows("mysql", ["web1", "db2", "db3"])), "web1")[0]).toMatch(/^safe/);
    expect(word(lb1(rows("web", NODES), rows("mysql", ["web1", "db2"])), "web1")).toHaveLength(1);
  });

  test("what carries neither the sites nor the database, where those are named, is somebody else's", () => {
    const both = lb1(rows("web", NODES), rows("mysql", NODES), rows("certificates", ["certbot"]));
    expect(word(both, "web1")).toHaveLength(1);
    const { haproxy: config } = shop;
    if (config === undefined) throw new Error("the test cluster lacks load balancers");
    const unnamed: Cluster = { ...shop, haproxy: { ...config, webProxies: [], databaseProxies: [] } };
    expect(word(both, "web1", unnamed)[1]).toMatch(/^unknown: whether it is behind certificates\/certbot is/);
  });
});

describe("load balancers", () => {
  test("the only one", () => {
    expect(word(one(backend()), "lb1")).toEqual([
      "no: the only load balancer: without it no visitor reaches the sites",
    ]);
  });

  test("another one must answer, and have servers", () => {
    const lb2 = (answer: Answers[string]): Answers => ({ ...one(backend()), "haproxy.stat@lb2": answer });
    expect(word(lb2(stat(backend())), "lb1", two)).toEqual([
      "safe: lb2 can carry it: see that the address moves there",
    ]);
    expect(word(lb2(noReply("timeout")), "lb1", two)).toEqual([
      "unknown: whether lb2 could take over is not known: timeout",
    ]);
    const dead: Server = { ...up(0), status: "DOWN" };
    expect(word(lb2(stat(backend({ web1: dead, web2: dead, web3: dead }))), "lb1", two)[0]).toMatch(
      /^no: no other load balancer/,
    );
    // What the other one sends here is not known either.
    expect(word(lb2(noReply("timeout")), "web1", two)).toEqual(["unknown: what lb2 sends to it is not known: timeout"]);
  });

  describe("all that the leaving one serves", () => {
    const dead: Server = { ...up(0), status: "DOWN" };
    const unchecked: Server = { ...up(), status: "no check" };
    const none = backend({ web1: dead, web2: dead, web3: dead });
    const dark = backend({ web1: unchecked, web2: unchecked, web3: unchecked });
    const blog = (status: string) =>
      haproxyReply(`# pxname,svname,status,type,scur,slim,weight,bck,qcur,\nblog,web1,${status},2,5,100,1,0,0,\n`);
    const unnamed: Cluster = {
      ...two,
      haproxy: { servers: {}, webProxies: [], databaseProxies: [], loadBalancers: two.haproxy?.loadBalancers ?? [] },
    };
    const lb1 = (lb2: Answers[string], cluster = unnamed) =>
      word({ "haproxy.stat@lb1": stat(backend()), "haproxy.stat@lb2": lb2 }, "lb1", cluster);
    const NOBODY = "no: no other load balancer has a usable server for everything: lb2";
    const UNCHECKED = "unknown: whether web, mysql works through lb2 is not known: it does not check the servers";

    test("where the inventory names no proxy, each may carry the sites", () => {
      expect(lb1(stat(backend(), backend()))[0]).toMatch(/^safe: lb2 can carry it/);
      expect(lb1(stat(none, none))).toEqual([NOBODY]);
      expect(lb1(stat(backend(), none))).toEqual([NOBODY]);
      expect(lb1(blog("UP"))).toEqual([NOBODY]);
      expect(lb1(stat(dark, dark))).toEqual([UNCHECKED]);
    });

    test("where it does, those are checked, and of the rest a usable server is asked for", () => {
      expect(lb1(stat(dark, dark), two)).toEqual([UNCHECKED]);
      const all = (status: string) => {
        const sites = stat(backend());
        return { ...sites, text: `${sites.text}blog,web1,${status},2,5,100,1,0,0,\n` };
      };
      const with2 = (here: string, there: string) =>
        word({ "haproxy.stat@lb1": all(here), "haproxy.stat@lb2": all(there) }, "lb1", two)[0];
      expect(with2("UP", "DOWN")).toBe(NOBODY);
      expect(with2("UP", "no check")).toMatch(/^safe/);
      // Out of use on both: nothing goes with it.
      expect(with2("MAINT", "MAINT")).toMatch(/^safe/);
    });

    test("a silent one may go where the other serves, but not where that serves nothing", () => {
      const word1 = (lb2: Answers[string], cluster: Cluster) =>
        word({ "haproxy.stat@lb1": noReply("timeout"), "haproxy.stat@lb2": lb2 }, "lb1", cluster)[0];
      expect(word1(stat(backend()), two)).toMatch(/^safe/);
      expect(word1(stat(none, none), two)).toBe(NOBODY);
      expect(word1(stat(none, none), unnamed)).toBe(NOBODY);
      expect(word1(stat(none), unnamed)).toBe("unknown: whether lb2 has what lb1 carries is not known: timeout");
    });

    test("what it does not carry is not asked of the other", () => {
      const only = (proxy: string) =>
        haproxyReply(`# pxname,svname,status,type,scur,slim,weight,bck,qcur,\n${proxy},web1,UP,2,5,100,1,0,0,\n`);
      const three: Cluster = {
        ...two,
        haproxy: {
          servers: {},
          webProxies: ["web"],
          databaseProxies: ["mysql"],
          loadBalancers: ["lb1", "web2", "web3"].map((host) => ({ host, via: { kind: "socket", path: "/run/s" } })),
        },
      };
      const answers = {
        "haproxy.stat@lb1": only("web"),
        "haproxy.stat@web2": only("mysql"),
        "haproxy.stat@web3": only("mysql"),
      };
      expect(word(answers, "web2", three)[0]).toBe("safe: web3 can carry it: see that the address moves there");
      expect(word(answers, "lb1", three)[0]).toMatch(/^no: no other load balancer/);
    });
  });
});

test("before the first answer nothing is safe", () => {
  for (const node of NODES) expect(lookAt(haproxy, {}).reasons(node)[0]?.stance).toBe("unknown");
});

const server: fc.Arbitrary<Server> = fc.record({
  status: fc.constantFrom("UP", "UP 1/3", "DOWN", "DOWN 1/2", "DRAIN", "MAINT", "no check", "NOLB"),
  sessions: fc.nat(100),
  limit: fc.constantFrom(0, 50, 100),
  weight: fc.constantFrom(0, 1),
});
const anyBackend: fc.Arbitrary<Backend> = fc.record({ web1: server, web2: server, web3: server });
const usable = ({ status, weight }: Server) => status === "UP" && weight > 0;

test("no sequence of safe removals takes the last server, on any load balancer", () => {
  fc.assert(
    fc.property(
      fc.tuple(anyBackend, anyBackend, anyBackend, anyBackend),
      fc.shuffledSubarray([...NODES], { minLength: 3 }),
      ([web1, mysql1, web2, mysql2], order) => {
        const backends = [web1, mysql1, web2, mysql2];
        for (const node of order) {
          const [a = web1, b = mysql1, c = web2, d = mysql2] = backends;
          const answers = { "haproxy.stat@lb1": stat(a, b), "haproxy.stat@lb2": stat(c, d) };
          const stances = lookAt(haproxy, answers, { cluster: two })
            .reasons(node)
            .map(({ stance }): Stance => stance);
          if (!stances.every((stance) => stance === "safe")) continue;
          for (const [i, each] of backends.entries())
            backends[i] = { ...each, [node]: { ...each[node], status: "MAINT" } };
          for (const each of backends) expect(NODES.some((name) => usable(each[name]))).toBe(true);
        }
      },
    ),
  );
});
