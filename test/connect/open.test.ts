import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Outcome, ReadAccess } from "../../src/connect/access.ts";
import { ask, parsed, type Ask, type Effect } from "../../src/connect/command.ts";
import { accessThrough } from "../../src/connect/open.ts";
import type { Cluster, HaproxyVia, RedisConfig } from "../../src/inventory/cluster.ts";
import { shop } from "../systems/kit.ts";
import { gist, haproxyAsk, httpAsk, redisAsk, sqlAsk } from "./support/asks.ts";
import { SELF_SIGNED } from "./support/certificate.ts";
import { fakeSessions, type FakeSessions } from "./support/fake-sessions.ts";
import { serveMysql, statusRows } from "./support/mysql-server.ts";
import { serveResp } from "./support/resp-server.ts";
import { listen, until } from "./support/server.ts";

const redis = (over: Partial<RedisConfig> = {}): RedisConfig => ({
  name: "sessions",
  host: "lb1",
  port: 6_380,
  purpose: "sessions",
  via: "tunnel",
  tls: false,
  ...over,
});

const cluster: Cluster = { ...shop, redis: [redis()] };

const hostAsk: Ask<"read"> = ask(
  {
    id: "host.uptime",
    kind: "host",
    effect: "read",
    asks: "",
    privilege: { need: "login" },
    deadlineMs: 1_000,
    lane: "batch",
    argv: () => ["uptime"],
    parse: () => parsed(1),
  },
  undefined,
);

const opened = (sessions: FakeSessions, described: Cluster = cluster): ReadAccess => {
  const access = accessThrough(described, sessions);
  onTestFinished(() => access.close());
  return access;
};

const collect = async (
  access: ReadAccess,
  target: string,
  asks: readonly Ask<"read">[],
): Promise<ReadonlyMap<string, unknown>> => {
  const got = new Map<string, unknown>();
  await access.ask(target, asks, (one, outcome) => {
    if (got.has(one.commandId)) throw new Error(`${one.commandId} came twice`);
    got.set(one.commandId, gist(outcome));
  });
  return got;
};

describe("routes", () => {
  test("each kind of ask goes its own way, from one call", async () => {
    const mysql = await listen((socket) => serveMysql(socket, { answer: () => statusRows({ wsrep_ready: "ON" }) }));
    const web = await listen((socket) => socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nhealthy")));
    const sessions = fakeSessions((_host, to) => ("port" in to && to.port === 3_306 ? mysql.port : web.port));
    const got = await collect(opened(sessions), "web1", [
      hostAsk,
      sqlAsk("SHOW 1"),
      httpAsk("http://127.0.0.1:8080/x"),
    ]);
    expect(Object.fromEntries(got)).toEqual({
      "host.uptime": "web1",
      "test.SHOW 1": [{ Variable_name: "wsrep_ready", Value: "ON" }],
      "test.http://127.0.0.1:8080/x": { status: 200, body: "healthy" },
    });
    expect(sessions.forwards.toSorted()).toEqual(["web1 → 127.0.0.1:3306", "web1 → 127.0.0.1:8080"]);
  });

  test("Redis is asked by instance, through the host it runs on", async () => {
    const server = await listen((socket) => serveResp(socket, () => ":7\r\n"));
    const sessions = fakeSessions(() => server.port);
    const got = await collect(opened(sessions), "sessions", [redisAsk([["DBSIZE"]])]);
    expect([...got.values()]).toEqual([[7]]);
    expect(sessions.forwards).toEqual(["lb1 → 127.0.0.1:6380"]);
  });

  test.each<[HaproxyVia, string]>([
    [{ kind: "socket", path: "/run/haproxy/admin.sock" }, "lb1 → /run/haproxy/admin.sock"],
    [{ kind: "tcp", host: "127.0.0.1", port: 9_999 }, "lb1 → 127.0.0.1:9999"],
    [{ kind: "stats", url: "http://127.0.0.1:8404/stats" }, "lb1 → 127.0.0.1:8404"],
  ])("HAProxy by %j", async (via, forward) => {
    const server = await listen((socket) => {
      socket.once("data", (bytes) =>
        socket.end(String(bytes).startsWith("GET") ? "HTTP/1.0 200 OK\r\n\r\n# pxname\n\n" : "# pxname\n\n"),
      );
    });
    const sessions = fakeSessions(() => server.port);
    const described: Cluster = {
      ...cluster,
      haproxy: { loadBalancers: [{ host: "lb1", via }], servers: {}, webProxies: [], databaseProxies: [] },
    };
    const got = await collect(opened(sessions, described), "lb1", [haproxyAsk("show stat")]);
    expect([...got.values()]).toEqual(["# pxname\n\n"]);
    expect(sessions.forwards).toEqual([forward]);
  });

  test("MySQL by unix socket, and straight to the address", async () => {
    const mysql = await listen((socket) => serveMysql(socket, { answer: () => statusRows({}) }));
    const { galera } = cluster;
    if (galera === undefined) throw new Error("the kit's cluster has Galera");
    const bySocket = fakeSessions(() => mysql.port);
    await collect(opened(bySocket, { ...cluster, galera: { ...galera, via: "socket" } }), "web2", [sqlAsk("SHOW 1")]);
    expect(bySocket.forwards).toEqual(["web2 → /run/mysqld/mysqld.sock"]);

    const direct = fakeSessions(() => undefined);
    const hosts = cluster.hosts.map((host) => ({ ...host, address: "127.0.0.1" }));
    const described: Cluster = { ...cluster, hosts, galera: { ...galera, via: "direct", port: mysql.port } };
    const got = await collect(opened(direct, described), "web2", [sqlAsk("SHOW 1")]);
    expect([...got.values()]).toEqual([[]]);
    expect(direct.forwards).toEqual([]);
  });

  test("what the tunnel says of a failure reaches the operator", async () => {
    const got = await collect(opened(fakeSessions(() => undefined)), "web1", [sqlAsk("SHOW 1")]);
    expect([...got.values()]).toEqual([{ reason: "refused", detail: "web1: nothing listens on 127.0.0.1:3306" }]);
  });

  test("targets the inventory does not have", async () => {
    const access = opened(fakeSessions(() => undefined));
    const words = async (target: string, one: Ask<"read">): Promise<unknown> => [
      ...(await collect(access, target, [one])).values(),
    ];
    const missing = (detail: string): unknown => [
      { reason: "missing", detail: `the inventory of shop has no ${detail}` },
    ];
    expect(await words("web9", hostAsk)).toEqual(missing("host web9"));
    expect(await words("lb1", sqlAsk("SHOW 1"))).toEqual(missing("Galera member lb1"));
    expect(await words("cache", redisAsk([["INFO"]]))).toEqual(missing("Redis instance cache"));
    expect(await words("web1", haproxyAsk("show stat"))).toEqual(missing("load balancer web1"));
    expect(await words("web9", httpAsk("http://127.0.0.1/"))).toEqual(missing("host web9"));
  });
});

describe("delivery", () => {
  test("a change is refused, however it got past the type, and its neighbours are sent", async () => {
    const sessions = fakeSessions(() => undefined);
    const effect: Effect = "change";
    const smuggled = Object.assign({ ...hostAsk }, { commandId: "galera.bootstrap", effect });
    const got = await collect(opened(sessions), "web1", [smuggled, hostAsk]);
    expect(got.get("galera.bootstrap")).toEqual({
      reason: "privilege",
      detail: "galera.bootstrap was not sent: it changes something, and this access only reads",
    });
    expect(sessions.asked).toEqual(["web1: host.uptime"]);
  });

  test("each ask comes once, in time and beside the others, when one service is dead", async () => {
    const dead = await listen(() => undefined);
    const web = await listen((socket) => socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nhealthy")));
    const access = opened(fakeSessions((_host, to) => ("port" in to && to.port === 3_306 ? dead.port : web.port)));
    const order: string[] = [];
    await access.ask("web1", [sqlAsk("SHOW 1", 400), httpAsk("http://127.0.0.1/")], (one, outcome) => {
      order.push(`${one.commandId} ${outcome.ok ? "ok" : outcome.reason}`);
    });
    expect(order).toEqual(["test.http://127.0.0.1/ ok", "test.SHOW 1 timeout"]);
  });

  test("a receiver that throws costs nobody else", async () => {
    const access = opened(fakeSessions(() => undefined));
    let got = 0;
    await access.ask("web1", [sqlAsk("SHOW 1"), sqlAsk("SHOW 2"), hostAsk], () => {
      got += 1;
      throw new Error("defect");
    });
    expect(got).toBe(3);
  });

  test("nothing is asked for nothing", async () => {
    await expect(opened(fakeSessions(() => undefined)).ask("web1", [], () => undefined)).resolves.toBeUndefined();
  });
});

describe("closing", () => {
  test("answers what is under way at once, hangs up, and refuses what comes later", async () => {
    let open = 0;
    const dead = await listen((socket) => {
      open += 1;
      socket.on("close", () => (open -= 1));
      socket.resume();
      socket.on("end", () => socket.end());
    });
    const sessions = fakeSessions(() => dead.port);
    const access = accessThrough(cluster, sessions);
    const outcomes: Outcome[] = [];
    const asked = access.ask("sessions", [redisAsk([["DBSIZE"]], 60_000)], (_one, outcome) => outcomes.push(outcome));
    await until(() => open === 1);
    await access.close();
    await asked;
    expect(outcomes.map((outcome) => gist(outcome))).toEqual([
      { reason: "unreachable", detail: "shop: midwatch has closed the connection" },
    ]);
    await until(() => open === 0);
    expect(sessions.closed()).toBe(true);
    expect([...(await collect(access, "sessions", [redisAsk([["DBSIZE"]])])).values()]).toMatchObject([
      { reason: "unreachable" },
    ]);
  });
});

describe("Redis over TLS", () => {
  const secureRedis = async (): Promise<number> => {
    const server = createTlsServer(SELF_SIGNED, (socket) => {
      socket.on("error", () => undefined);
      serveResp(socket, () => ":9\r\n");
    });
    server.on("tlsClientError", () => undefined);
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    onTestFinished(() => void server.close());
    return port;
  };

  const caFile = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "midwatch-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "ca.pem");
    await writeFile(path, SELF_SIGNED.cert);
    expect(await readFile(path, "utf8")).toContain("CERTIFICATE");
    return path;
  };

  const asked = async (port: number, tls: RedisConfig["tls"]): Promise<unknown> => {
    const access = opened(
      fakeSessions(() => port),
      { ...cluster, redis: [redis({ tls })] },
    );
    return [...(await collect(access, "sessions", [redisAsk([["DBSIZE"]])])).values()][0];
  };

  test("is verified against the authority and name given", async () => {
    const port = await secureRedis();
    const ca = await caFile();
    expect(await asked(port, { ca, servername: "redis.test" })).toEqual([9]);
    expect(await asked(port, { ca, servername: "other.test" })).toMatchObject({
      reason: "failed",
      detail: expect.stringContaining("TLS failed"),
    });
    expect(await asked(port, { servername: "redis.test" })).toMatchObject({
      reason: "failed",
      detail: expect.stringContaining("self-signed"),
    });
    expect(await asked(port, { ca: `${ca}.gone`, servername: "redis.test" })).toMatchObject({
      detail: expect.stringContaining("tls.ca cannot be read"),
    });
  });

  test("a server without TLS is told so", async () => {
    const plain = await listen((socket) => serveResp(socket, () => ":9\r\n"));
    const server = await listen((socket) => socket.once("data", () => socket.end("-ERR Protocol error\r\n")));
    expect(await asked(server.port, { servername: "redis.test" })).toMatchObject({ reason: "failed" });
    expect(await asked(plain.port, false)).toEqual([9]);
  });
});
