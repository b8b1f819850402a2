import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import fc from "fast-check";
import { AbstractConnector, Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { DemoCluster } from "../../src/demo/cluster.ts";
import { takeRequests } from "../../src/demo/redis/resp.ts";
import { readAll, tunnel, withClient, withCluster } from "./support.ts";

const secret = (cluster: DemoCluster, name: string): Promise<string> =>
  readFile(join(dirname(cluster.inventoryPath), name), "utf8");

describe("MariaDB", () => {
  it("answers a real client through a tunnel, and through its socket", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "web2", async (client) => {
        for (const to of [3_306, "/run/mysqld/mysqld.sock"]) {
          const stream = await tunnel(client, to);
          const sql = await createConnection({
            stream,
            user: "midwatch",
            password: await secret(cluster, "sql-password"),
          });
          const [status] = await sql.query(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_ready')",
          );
          expect(status).toStrictEqual([
            { Variable_name: "wsrep_cluster_size", Value: "3" },
            { Variable_name: "wsrep_ready", Value: "ON" },
          ]);
          const [named] = await sql.query("SELECT @@wsrep_node_name AS name, NULL AS nothing");
          expect(named).toStrictEqual([{ name: "web2", nothing: null }]);
          await expect(sql.query("DROP TABLE x")).rejects.toMatchObject({ errno: 1_142 });
          await expect(sql.query("SELECT @@nosuch")).rejects.toMatchObject({ errno: 1_193 });
          await sql.ping();
          sql.destroy();
        }
      }),
    ));

  it("checks the password", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "web1", async (client) => {
        for (const login of [
          { user: "midwatch", password: "wrong" },
          { user: "midwatch" },
          { user: "root", password: "" },
        ]) {
          const stream = await tunnel(client, 3_306);
          await expect(createConnection({ stream, ...login })).rejects.toMatchObject({ errno: 1_045 });
        }
      }),
    ));

  it("keeps its own view when it is cut off, and takes no queries on tables", () =>
    withCluster({ scenario: "member-non-primary" }, (cluster) =>
      withClient(cluster, "web2", async (client) => {
        const stream = await tunnel(client, 3_306);
        const sql = await createConnection({
          stream,
          user: "midwatch",
          password: await secret(cluster, "sql-password"),
        });
        const [rows] = await sql.query(
          "SELECT VARIABLE_VALUE AS v FROM information_schema.global_status WHERE VARIABLE_NAME = 'wsrep_cluster_status'",
        );
        expect(rows).toStrictEqual([{ v: "non-Primary" }]);
        await expect(sql.query("SELECT 1 FROM shop.orders")).rejects.toMatchObject({ errno: 1_047 });
        sql.destroy();
      }),
    ));
});

/** ioredis over a stream that is there already; the settings of a socket mean nothing to it. */
const redisOver = (stream: Duplex, login: object): Redis => {
  const socket = Object.assign(stream, { setKeepAlive: () => stream, setNoDelay: () => stream });
  class Connector extends AbstractConnector {
    constructor() {
      super(1_000);
    }
    connect = (): Promise<never> => Promise.resolve(socket as never);
  }
  return new Redis({ Connector, retryStrategy: () => null, maxRetriesPerRequest: 0, ...login });
};

describe("Redis", () => {
  it("answers a real client in both protocols, and keeps to its access list", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "lb1", async (client) => {
        const password = await secret(cluster, "redis-password");
        for (const protocol of [2, 3]) {
          const redis = redisOver(await tunnel(client, 6_380), { username: "midwatch", password, protocol });
          redis.on("error", () => undefined);
          const info = await redis.info();
          expect(info).toContain("maxmemory_policy:noeviction");
          const size = await redis.dbsize();
          expect(size).toBeGreaterThan(100);
          const [cursor, keys] = await redis.scan("0", "MATCH", "PHPREDIS_SESSION:*", "COUNT", 100_000);
          expect(cursor).toBe("0");
          expect(Math.abs(keys.length - size)).toBeLessThan(50);
          await expect(redis.get("x")).rejects.toThrow(/NOPERM No permissions to access a key/);
          redis.disconnect();
        }
      }),
    ));

  it("wants the password", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "lb1", async (client) => {
        const stream = await tunnel(client, 6_379);
        stream.end("PING\r\nAUTH midwatch wrong\r\nHELLO 9\r\n");
        expect(await readAll(stream)).toMatch(/^-NOAUTH .*\r\n-WRONGPASS .*\r\n-NOPROTO .*\r\n$/);
      }),
    ));

  it("reads requests however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 1 })),
        fc.integer({ min: 1, max: 9 }),
        (requests, size) => {
          const bytes = Buffer.from(
            requests
              .map(
                (words) =>
                  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
              )
              .join(""),
          );
          const taken: (readonly string[])[] = [];
          let rest = Buffer.alloc(0);
          for (let at = 0; at < bytes.length; at += size) {
            const step = takeRequests(Buffer.concat([rest, bytes.subarray(at, at + size)]));
            taken.push(...step.requests);
            rest = Buffer.from(step.rest);
          }
          expect(taken).toStrictEqual(requests);
          expect(rest).toHaveLength(0);
        },
      ),
    );
  });
});

describe("HAProxy's socket", () => {
  it("answers one line and hangs up, several joined by a semicolon, or a conversation", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "lb1", async (client) => {
        const ask = async (to: number | string, text: string): Promise<string> => {
          const stream = await tunnel(client, to);
          stream.end(text);
          return readAll(stream);
        };
        const both = await ask("/run/haproxy/admin.sock", "show info; show servers state\n");
        expect(both).toMatch(/^Name: HAProxy\n[^]*Tainted: 0\n\n1\n# be_id [^]* web3 [^]*\n\n$/);
        expect(await ask("/run/haproxy/admin.sock", "prompt\nshow cli level\nquit\n")).toBe("> admin\n\n> ");
        expect(await ask(9_999, "set server web/web1 state drain\n")).toBe("Permission denied\n\n");
        expect(await ask("/run/haproxy/admin.sock", "set server web/web1 state drain\n")).toBe("\n");
        expect(await ask("/run/haproxy/admin.sock", "show servers state\n")).toMatch(/^3 web 1 web1 \S+ 2 8 /m);
        expect(await ask(8_404, "GET /stats;csv HTTP/1.0\r\n\r\n")).toMatch(/^web,web1,.*,DRAIN,/m);
      }),
    ));
});

describe("Apache", () => {
  it("answers its health page and its status, and hands out PHP as it lies there without the module", () =>
    withCluster({ scenario: "php-as-source" }, async (cluster) => {
      const get = (path: string): string => `GET ${path} HTTP/1.0\r\nHost: shop.example\r\n\r\n`;
      await withClient(cluster, "web1", async (client) => {
        const page = await tunnel(client, 80);
        page.end(get("/health.php"));
        expect(await readAll(page)).toMatch(/^HTTP\/1\.[01] 200 OK\r\n[^]*\r\n\r\nhealthy web1 php 8/);
        const status = await tunnel(client, 80);
        status.end(get("/server-status?auto"));
        expect(await readAll(status)).toMatch(/\nBusyWorkers: \d+\n[^]*\nScoreboard: [W_.]{150}\n/);
      });
      await withClient(cluster, "web3", async (client) => {
        const page = await tunnel(client, 80);
        page.end(get("/health.php"));
        expect(await readAll(page)).toMatch(/^HTTP\/1\.[01] 200 OK\r\n[^]*\r\n\r\n<\?php/);
      });
    }));
});
