import { describe, expect, onTestFinished, test } from "vitest";
import type { Connector } from "../../src/connect/connector.ts";
import { passwordSource } from "../../src/connect/login.ts";
import { mysqlConnector } from "../../src/connect/mysql.ts";
import { success } from "../../src/inventory/problem.ts";
import { pend } from "../../src/connect/pending.ts";
import { gist, outcome, outcomes, sqlAsk, sqlChange } from "./support/asks.ts";
import { serveMysql, statusRows, type FakeAnswer, type FakeMysql } from "./support/mysql-server.ts";
import { dialLoopback, listen, until, type Listening } from "./support/server.ts";

const PASSWORD = "correct horse";

const connectTo = (port: number): Connector => {
  const connector = mysqlConnector({
    where: "MariaDB on web1",
    user: "midwatch",
    flavour: "mariadb",
    password: passwordSource({ from: "env", name: "UNUSED" }, async () => success(PASSWORD)),
    dial: dialLoopback(port, "MariaDB on web1"),
  });
  onTestFinished(() => connector.close());
  return connector;
};

const start = async (
  fake: Partial<FakeMysql> = {},
): Promise<{ server: Listening; member: Connector; seen: string[] }> => {
  const seen: string[] = [];
  const answer = fake.answer ?? (() => statusRows({ wsrep_ready: "ON" }));
  const server = await listen((socket) =>
    serveMysql(socket, {
      ...fake,
      answer: (sql) => {
        seen.push(sql);
        return sql.startsWith("SET ") ? "ok" : answer(sql);
      },
    }),
  );
  return { server, member: connectTo(server.port), seen };
};

describe("rows", () => {
  test("come as the server's text, whatever type it declares, and NULL stays null", async () => {
    const { member } = await start({
      answer: () => ({
        columns: [
          { name: "big", type: 8 },
          { name: "when", type: 12 },
          { name: "json", type: 245 },
          { name: "none" },
          { name: "__proto__" },
        ],
        rows: [
          { big: "18446744073709551615", when: "2026-02-30 25:61:00", json: '{"a":', none: null, ["__proto__"]: "x" },
        ],
      }),
    });
    const rows = gist(await outcome(member, sqlAsk("SELECT 1")));
    expect(rows).toEqual([
      Object.fromEntries([
        ["big", "18446744073709551615"],
        ["when", "2026-02-30 25:61:00"],
        ["json", '{"a":'],
        ["none", null],
        ["__proto__", "x"],
      ]),
    ]);
  });

  test("hold no control characters, in names or values", async () => {
    const { member } = await start({
      answer: () => ({ columns: [{ name: "a\u001b[2Jb" }], rows: [{ "a\u001b[2Jb": "x\u0007\u202ey\nz" }] }),
    });
    expect(gist(await outcome(member, sqlAsk("SELECT 1")))).toEqual([{ "a␛[2Jb": "x␇\ufffdy\nz" }]);
  });

  test("larger than the limit end the connection, and the next ask has a new one", async () => {
    const huge = "x".repeat(1_000_000);
    const { member } = await start({
      answer: (sql) =>
        sql === "small"
          ? statusRows({ a: "1" })
          : { columns: [{ name: "a" }], rows: Array.from({ length: 8 }, () => ({ a: huge })) },
    });
    expect(gist(await outcome(member, sqlAsk("large")))).toEqual({
      reason: "unreadable",
      detail: "MariaDB on web1 answered with more than 4 MiB",
    });
    expect(gist(await outcome(member, sqlAsk("small")))).toEqual([{ Variable_name: "a", Value: "1" }]);
  });
});

describe("a connection", () => {
  test("is prepared for a member outside the primary component, then kept", async () => {
    const { member, server, seen } = await start();
    await outcomes(member, sqlAsk("SHOW 1"), sqlAsk("SHOW 2"));
    await outcome(member, sqlAsk("SHOW 3"));
    expect(server.connections()).toBe(1);
    expect(seen).toEqual([
      "SET SESSION wsrep_dirty_reads=ON, wsrep_sync_wait=0",
      "SET SESSION net_read_timeout=10, net_write_timeout=10, wait_timeout=300",
      "SET SESSION max_statement_time=10",
      "SHOW 1",
      "SHOW 2",
      "SHOW 3",
    ]);
  });

  test("survives variables the server does not have", async () => {
    const server = await listen((socket) =>
      serveMysql(socket, {
        answer: (sql) =>
          sql.startsWith("SET ") ? { code: 1_193, message: "Unknown system variable" } : statusRows({ a: "1" }),
      }),
    );
    expect(gist(await outcome(connectTo(server.port), sqlAsk("SHOW 1")))).toEqual([{ Variable_name: "a", Value: "1" }]);
  });

  test("that died while idle is replaced without anybody noticing", async () => {
    const { member, server } = await start();
    await outcome(member, sqlAsk("SHOW 1"));
    server.hangUp();
    expect((await outcome(member, sqlAsk("SHOW 2"))).ok).toBe(true);
    expect(server.connections()).toBe(2);
  });

  test("that ends under a question is made anew once, for questions only", async () => {
    let connections = 0;
    const server = await listen((socket, count) => {
      connections = count;
      serveMysql(socket, {
        answer: (sql) => {
          if (sql === "SHOW kill") socket.destroy();
          return sql === "SHOW kill" ? "hang" : sql.startsWith("SET ") ? "ok" : statusRows({ a: "1" });
        },
      });
    });
    const member = connectTo(server.port);
    await outcome(member, sqlAsk("SHOW 1"));
    expect(gist(await outcome(member, sqlAsk("SHOW kill")))).toEqual({
      reason: "unreachable",
      detail: "MariaDB on web1 closed the connection before it answered",
    });
    expect(connections).toBe(2);
  });
});

describe("a change", () => {
  test("whose connection ends under it is sent once, and nobody claims that it was not done", async () => {
    const seen: string[] = [];
    const server = await listen((socket) =>
      serveMysql(socket, {
        answer: (sql) => {
          if (!sql.startsWith("SET SESSION")) seen.push(sql);
          if (sql === "CREATE 2") socket.destroy();
          return sql === "CREATE 2" ? "hang" : "ok";
        },
      }),
    );
    const member = connectTo(server.port);
    expect((await outcome(member, sqlChange("CREATE 1"))).ok).toBe(true);
    // `unreachable` is in doubt, `failed` would be a no.
    expect(await outcome(member, sqlChange("CREATE 2"))).toMatchObject({ ok: false, reason: "unreachable" });
    expect((await outcome(member, sqlChange("CREATE 3"))).ok).toBe(true);
    expect(seen).toEqual(["CREATE 1", "CREATE 2", "CREATE 3"]);
  });

  test("may take the server as long as its own deadline says", async () => {
    const { member, seen } = await start({ answer: () => "ok" });
    await outcome(member, sqlChange("OPTIMIZE 1", 600_000));
    expect(seen.slice(-2)).toEqual(["SET SESSION max_statement_time=600", "OPTIMIZE 1"]);
  });
});

describe("a deadline", () => {
  const stuck = (): FakeMysql => ({
    answer: (sql) => (sql === "SHOW stuck" ? "hang" : sql.startsWith("SET ") ? "ok" : statusRows({ a: "1" })),
  });

  test("passes for the stuck question alone; those behind it move to a new connection", async () => {
    const { member, server } = await start(stuck());
    await outcome(member, sqlAsk("SHOW 1"));
    const [first, second] = await outcomes(member, sqlAsk("SHOW stuck", 200), sqlAsk("SHOW 2", 5_000));
    expect(first === undefined ? undefined : gist(first)).toEqual({
      reason: "timeout",
      detail: "MariaDB on web1 did not answer within 200 ms",
    });
    expect(second?.ok).toBe(true);
    expect(server.connections()).toBe(2);
  });

  test("that passed during the login leaves its question unsent, and a server that hangs then costs one connection", async () => {
    const asked: string[] = [];
    const late = Promise.withResolvers<void>();
    const server = await listen((socket, count) => {
      const serve = (): void =>
        serveMysql(socket, {
          answer: (sql) => {
            if (!sql.startsWith("SET ")) asked.push(sql);
            if (sql.startsWith("SET ")) return "ok";
            return count === 1 ? "hang" : statusRows({ a: "1" });
          },
        });
      if (count === 1) void late.promise.then(serve);
      else serve();
    });
    const member = connectTo(server.port);
    const short = pend(sqlAsk("SHOW short", 100), member.where, () => late.resolve());
    const long = pend(sqlAsk("SHOW long", 2_000), member.where, () => undefined);
    await member.ask([short, long]);
    expect(asked[0]).toBe("SHOW long");
    expect((await outcome(member, sqlAsk("SHOW next"))).ok).toBe(true);
    expect(server.connections()).toBe(2);
  });

  test("of a queued question does not end the connection of the one in front", async () => {
    let release = (): void => undefined;
    const answered = new Promise<FakeAnswer>((resolve) => {
      release = () => resolve(statusRows({ a: "1" }));
    });
    const { member, server } = await start({
      answer: (sql) => (sql === "SHOW slow" ? answered : statusRows({ a: "2" })),
    });
    const slow = outcome(member, sqlAsk("SHOW slow", 10_000));
    const late = await outcome(member, sqlAsk("SHOW late", 50));
    expect(late.ok).toBe(false);
    release();
    expect((await slow).ok).toBe(true);
    expect((await outcome(member, sqlAsk("SHOW next"))).ok).toBe(true);
    expect(server.connections()).toBe(1);
  });

  test("ends a connection whose preparation is never answered", async () => {
    const server = await listen((socket, count) =>
      serveMysql(socket, { answer: () => (count === 1 ? "hang" : statusRows({})) }),
    );
    const member = connectTo(server.port);
    expect((await outcome(member, sqlAsk("SHOW 1", 200))).ok).toBe(false);
    expect((await outcome(member, sqlAsk("SHOW 2"))).ok).toBe(true);
  });

  test("holds while a server accepts and says nothing", async () => {
    const server = await listen(() => undefined);
    expect(gist(await outcome(connectTo(server.port), sqlAsk("SHOW 1", 300)))).toEqual({
      reason: "timeout",
      detail: "MariaDB on web1 did not finish the login",
    });
  });
});

describe("refusals in words", () => {
  test("wrong password: user and host as the server sees them, never the password", async () => {
    const server = await listen((socket) => serveMysql(socket, { user: "somebody else", answer: () => "ok" }));
    const refused = await outcome(connectTo(server.port), sqlAsk("SHOW 1"));
    expect(gist(refused)).toEqual({
      reason: "auth",
      detail: "MariaDB on web1: Access denied for user 'midwatch'@'10.0.0.9' (using password: YES)",
      fix: "check galera.user and galera.password, and on the server: SHOW CREATE USER for 'midwatch' at the host named there",
    });
    expect(JSON.stringify(refused)).not.toContain(PASSWORD);
  });

  test.each([
    [1_047, "failed", /takes no queries: it is not in the primary component/],
    [1_227, "privilege", /you need/],
    [1_142, "privilege", /you need/],
    [1_146, "missing", /you need/],
    [1_969, "timeout", /gave up the query/],
    [1_053, "failed", /you need/],
  ])("server error %i is %s", async (code, reason, detail) => {
    const { member } = await start({ answer: () => ({ code, message: "you need this" }) });
    expect(await outcome(member, sqlAsk("SHOW 1"))).toMatchObject({
      ok: false,
      reason,
      detail: expect.stringMatching(detail),
    });
  });

  test("a missing privilege says what to grant", async () => {
    const { member } = await start({ answer: () => ({ code: 1_227, message: "Access denied; you need PROCESS" }) });
    expect(await outcome(member, sqlAsk("SHOW 1"))).toMatchObject({ fix: "GRANT PROCESS ON *.* TO 'midwatch'@'…'" });
  });

  test("one refused statement leaves its neighbours their answers", async () => {
    const { member, server } = await start({
      answer: (sql) => (sql === "bad" ? { code: 1_064, message: "You have an error" } : statusRows({ a: "1" })),
    });
    const results = await outcomes(member, sqlAsk("SHOW 1"), sqlAsk("bad"), sqlAsk("SHOW 2"));
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(server.connections()).toBe(1);
  });

  test("too many connections, said before the greeting", async () => {
    // An error packet with sequence number 0 and no SQL state, as MariaDB sends it.
    const text = Buffer.from("Too many connections");
    const body = Buffer.concat([Buffer.from([0xff, 0x10, 0x04]), text]);
    const server = await listen((socket) => socket.end(Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])));
    expect(gist(await outcome(connectTo(server.port), sqlAsk("SHOW 1")))).toEqual({
      reason: "refused",
      detail: "MariaDB on web1 has no connection to spare: Too many connections",
      fix: "see max_connections and SHOW PROCESSLIST",
    });
  });

  test("nobody listens; and then somebody does, seen within the back-off", async () => {
    const gone = await listen(() => undefined);
    await gone.close();
    const member = connectTo(gone.port);
    expect(gist(await outcome(member, sqlAsk("SHOW 1")))).toEqual({
      reason: "refused",
      detail: "MariaDB on web1 refuses connections",
      fix: "see whether the service runs and listens there",
    });
    await listen((socket) => serveMysql(socket, { answer: () => statusRows({ a: "1" }) }), gone.port);
    let recovered = false;
    await until(() => {
      void outcome(member, sqlAsk("SHOW 1")).then((result) => (recovered ||= result.ok));
      return recovered;
    });
    expect(recovered).toBe(true);
  });

  test("a server of another kind", async () => {
    const server = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await outcome(connectTo(server.port), sqlAsk("SHOW 1"))).toMatchObject({ ok: false });
  });

  test("a password that cannot be had is told with its source", async () => {
    const member = mysqlConnector({
      where: "MariaDB on web1",
      user: "midwatch",
      flavour: "mariadb",
      password: passwordSource({ from: "env", name: "MIDWATCH_TEST_NOT_SET" }),
      dial: dialLoopback(1),
    });
    expect(await outcome(member, sqlAsk("SHOW 1"))).toMatchObject({
      reason: "auth",
      detail: expect.stringContaining("env:MIDWATCH_TEST_NOT_SET"),
    });
  });

  test("a password that comes late is late, not refused: the next question does not wait for that", async () => {
    const source = passwordSource({ from: "env", name: "SLOW" }, () => new Promise(() => undefined));
    expect(await source.get(20)).toMatchObject({
      ok: false,
      reason: "timeout",
      detail: expect.stringContaining("SLOW"),
    });
  });
});
