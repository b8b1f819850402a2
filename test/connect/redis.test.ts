import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Connector } from "../../src/connect/connector.ts";
import { noPassword, passwordSource } from "../../src/connect/login.ts";
import { redisConnector } from "../../src/connect/redis.ts";
import { success } from "../../src/inventory/problem.ts";
import { gist, outcome, outcomes, redisAsk } from "./support/asks.ts";
import { bulk, serveResp } from "./support/resp-server.ts";
import { dialLoopback, listen, until, type Listening } from "./support/server.ts";

const PASSWORD = "correct horse";

const connectTo = (port: number, { user, password }: { user?: string; password?: string } = {}): Connector => {
  const connector = redisConnector({
    name: "sessions",
    where: "Redis sessions on lb1",
    user,
    password:
      password === undefined
        ? noPassword
        : passwordSource({ from: "env", name: "UNUSED" }, async () => success(password)),
    dial: dialLoopback(port, "Redis sessions on lb1"),
  });
  onTestFinished(() => connector.close());
  return connector;
};

const start = async (
  reply: (call: readonly string[], connection: number) => string | undefined,
  login: { user?: string; password?: string } = {},
): Promise<{ instance: Connector; server: Listening; seen: string[] }> => {
  const seen: string[] = [];
  const server = await listen((socket, count) =>
    serveResp(socket, (call) => {
      seen.push(call.join(" "));
      return reply(call, count);
    }),
  );
  return { instance: connectTo(server.port, login), server, seen };
};

const healthy = ([name]: readonly string[]): string =>
  name === "INFO" ? bulk("# Server\r\nredis_version:7.0.15\r\n") : name === "AUTH" ? "+OK\r\n" : ":42\r\n";

describe("a pipeline", () => {
  test("carries all calls of a batch in one write on one kept connection", async () => {
    const writes: string[] = [];
    const server = await listen((socket) => {
      socket.prependListener("data", (bytes) => writes.push(String(bytes)));
      serveResp(socket, healthy);
    });
    const instance = connectTo(server.port);
    const results = await outcomes(instance, redisAsk([["INFO", "server"], ["DBSIZE"]]), redisAsk([["DBSIZE"]]));
    expect(results.map((result) => gist(result))).toEqual([["# Server\nredis_version:7.0.15\n", 42], [42]]);
    await outcome(instance, redisAsk([["DBSIZE"]]));
    expect(server.connections()).toBe(1);
    expect(writes).toHaveLength(2);
  });

  test("asks nothing but what it was given: no INFO of its own, no CLIENT, no HELLO", async () => {
    const { instance, seen } = await start(healthy);
    await outcome(instance, redisAsk([["DBSIZE"]]));
    expect(seen).toEqual(["DBSIZE"]);
  });

  test("keeps values as they are: nested, nil, error, without control characters", async () => {
    const { instance } = await start(([name]) =>
      name === "SCAN"
        ? `*2\r\n${bulk("17")}*3\r\n${bulk("PHPREDIS_SESSION:a\u001b[31m")}$-1\r\n-ERR inner\u0007\r\n`
        : name === "GET"
          ? "$-1\r\n"
          : "-ERR unknown command\r\n",
    );
    expect(gist(await outcome(instance, redisAsk([["SCAN", "0"], ["GET", "x"], ["NOSUCH"]])))).toEqual([
      ["17", ["PHPREDIS_SESSION:a␛[31m", null, { error: "ERR inner␇" }]],
      null,
      { error: "ERR unknown command" },
    ]);
  });

  test("is answered however the reply is cut", async () => {
    const server = await listen((socket) => {
      serveResp(socket, () => {
        const reply = `*2\r\n${bulk("0")}*1\r\n${bulk("key")}`.split("");
        const step = (): void => {
          const next = reply.shift();
          if (next === undefined) return;
          socket.write(next);
          setImmediate(step);
        };
        socket.setNoDelay(true);
        step();
        return undefined;
      });
    });
    expect(gist(await outcome(connectTo(server.port), redisAsk([["SCAN", "0"]])))).toEqual([["0", ["key"]]]);
  });
});

describe("login", () => {
  test("sends AUTH with user and password before the first question, once", async () => {
    const { instance, seen } = await start(healthy, { user: "midwatch", password: PASSWORD });
    await outcome(instance, redisAsk([["DBSIZE"]]));
    await outcome(instance, redisAsk([["DBSIZE"]]));
    expect(seen).toEqual([`AUTH midwatch ${PASSWORD}`, "DBSIZE", "DBSIZE"]);
  });

  test("is fine with a server that needs none, and prints nothing about it", async () => {
    const warn = vi.spyOn(console, "warn");
    const { instance } = await start(
      ([name]) =>
        name === "AUTH"
          ? "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n"
          : ":1\r\n",
      { password: PASSWORD },
    );
    expect(gist(await outcome(instance, redisAsk([["DBSIZE"]])))).toEqual([1]);
    expect(warn).not.toHaveBeenCalled();
  });

  test("wrong password", async () => {
    const { instance } = await start(() => "-WRONGPASS invalid username-password pair or user is disabled.\r\n", {
      user: "midwatch",
      password: PASSWORD,
    });
    expect(gist(await outcome(instance, redisAsk([["DBSIZE"]])))).toEqual({
      reason: "auth",
      detail: "Redis sessions on lb1 refuses user midwatch or its password",
      fix: "check redis.sessions.user and redis.sessions.password in the inventory",
    });
  });

  test("a server that quotes what it does not know never gets the password on the screen", async () => {
    const { instance } = await start(
      (call) => `-ERR unknown command 'AUTH', with args beginning with: '${call.slice(1).join("' '")}'\r\n`,
      { password: PASSWORD },
    );
    const refused = await outcome(instance, redisAsk([["DBSIZE"]]));
    expect(refused).toMatchObject({ reason: "auth", detail: "Redis sessions on lb1 does not take the login (ERR)" });
    expect(JSON.stringify(refused)).not.toContain("horse");
  });

  test("no password given where one is needed", async () => {
    const { instance } = await start(() => "-NOAUTH Authentication required.\r\n");
    expect(await outcome(instance, redisAsk([["INFO"], ["DBSIZE"]]))).toMatchObject({
      reason: "auth",
      fix: "set redis.sessions.password in the inventory",
    });
  });
});

describe("refusals in words", () => {
  test("a permission that is missing says how to grant it", async () => {
    const { instance } = await start(() => "-NOPERM this user has no permissions to run the 'info' command\r\n", {
      user: "midwatch",
    });
    expect(gist(await outcome(instance, redisAsk([["INFO"], ["DBSIZE"]])))).toEqual({
      reason: "privilege",
      detail: "Redis sessions on lb1: this user has no permissions to run the 'info' command",
      fix: "ACL SETUSER midwatch +info +dbsize",
    });
  });

  test("one refused call leaves the rest of its pipeline readable", async () => {
    const { instance } = await start(([name]) =>
      name === "INFO" ? bulk("loading:1") : "-LOADING Redis is loading\r\n",
    );
    expect(gist(await outcome(instance, redisAsk([["INFO"], ["DBSIZE"]])))).toEqual([
      "loading:1",
      { error: "LOADING Redis is loading" },
    ]);
  });

  test.each([
    ["-LOADING Redis is loading the dataset in memory\r\n", "failed", "is loading its data"],
    ["-DENIED Redis is running in protected mode\r\n", "refused", "is in protected mode"],
    ["-ERR max number of clients reached\r\n", "refused", "has no connection to spare"],
  ])("%j", async (reply, reason, words) => {
    const { instance } = await start(() => reply);
    expect(await outcome(instance, redisAsk([["DBSIZE"]]))).toMatchObject({
      reason,
      detail: `Redis sessions on lb1 ${words}`,
    });
  });
});

describe("trouble on the line", () => {
  test("a connection that died while idle is replaced without anybody noticing", async () => {
    const { instance, server } = await start(healthy);
    await outcome(instance, redisAsk([["DBSIZE"]]));
    server.hangUp();
    expect(gist(await outcome(instance, redisAsk([["DBSIZE"]])))).toEqual([42]);
    expect(server.connections()).toBe(2);
  });

  test("silence costs the ask its deadline, and the next has a new connection", async () => {
    const { instance, server } = await start((call, connection) => (connection === 1 ? undefined : healthy(call)));
    expect(gist(await outcome(instance, redisAsk([["DBSIZE"]], 150)))).toEqual({
      reason: "timeout",
      detail: "Redis sessions on lb1 did not answer within 150 ms",
    });
    expect(gist(await outcome(instance, redisAsk([["DBSIZE"]])))).toEqual([42]);
    expect(server.connections()).toBe(2);
  });

  test("a reply broken off in the middle", async () => {
    const server = await listen((socket) => {
      serveResp(socket, () => {
        socket.end("$100\r\nhalf");
        return undefined;
      });
    });
    expect(await outcome(connectTo(server.port), redisAsk([["INFO"]]))).toMatchObject({ reason: "unreachable" });
  });

  test("an endless reply", async () => {
    const server = await listen((socket) => {
      serveResp(socket, () => {
        const pour = (): void => {
          while (!socket.destroyed && socket.write(":1\r\n".repeat(10_000)));
        };
        socket.write("*3000000\r\n");
        socket.on("drain", pour);
        pour();
        return undefined;
      });
    });
    expect(await outcome(connectTo(server.port), redisAsk([["SCAN", "0"]]))).toMatchObject({
      reason: "unreadable",
      detail: expect.stringContaining("too large"),
    });
  });

  test("more replies than questions", async () => {
    const { instance } = await start(() => ":1\r\n$-1\r\n");
    expect(await outcome(instance, redisAsk([["DBSIZE"]]))).toMatchObject({
      reason: "unreadable",
      detail: expect.stringContaining("what was not asked for"),
    });
  });

  test("nobody listens; and then somebody does, seen within the back-off", async () => {
    const gone = await listen(() => undefined);
    await gone.close();
    const instance = connectTo(gone.port);
    expect(await outcome(instance, redisAsk([["DBSIZE"]]))).toMatchObject({ reason: "refused" });
    await listen((socket) => serveResp(socket, healthy), gone.port);
    let recovered = false;
    await until(() => {
      void outcome(instance, redisAsk([["DBSIZE"]])).then((result) => (recovered ||= result.ok));
      return recovered;
    });
    expect(recovered).toBe(true);
  });
});
