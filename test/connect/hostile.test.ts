import fc from "fast-check";
import { duplexPair, type Duplex } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import type { Outcome } from "../../src/connect/access.ts";
import type { Ask } from "../../src/connect/command.ts";
import type { Connector } from "../../src/connect/connector.ts";
import type { Dial } from "../../src/connect/dial.ts";
import { haproxyConnector } from "../../src/connect/haproxy.ts";
import { httpConnector } from "../../src/connect/http.ts";
import { noPassword } from "../../src/connect/login.ts";
import { mysqlConnector } from "../../src/connect/mysql.ts";
import { redisConnector } from "../../src/connect/redis.ts";
import { haproxyAsk, httpAsk, outcome, redisAsk, sqlAsk } from "./support/asks.ts";

/**
 * Servers that send anything at all. Each ask must come to an outcome, clean and in time; what a library throws past
 * its caller fails the run, for vitest reports every uncaught exception and unhandled rejection.
 */
vi.setConfig({ testTimeout: 60_000 });
const DEADLINE_MS = 60;
// Side by side, because most scripts end by silence, which costs the deadline.
const AT_ONCE = 40;
const RUNS = 15;

/** A server that sends the next piece each time it hears something, and the first at once. */
const scripted =
  (pieces: readonly Uint8Array[], hangUp: boolean): Dial =>
  async () => {
    const [ours, theirs] = duplexPair();
    const rest = [...pieces];
    const next = (): void => {
      const piece = rest.shift();
      if (piece !== undefined) theirs.write(piece);
      else if (hangUp) theirs.destroy();
    };
    quiet(ours);
    quiet(theirs);
    // Not within the write that is being answered: no network is that quick.
    theirs.on("data", () => setImmediate(next));
    next();
    return { ok: true, stream: ours };
  };

const quiet = (stream: Duplex): void => {
  stream.on("error", () => undefined);
};

const harmless = (result: Outcome): boolean =>
  // JSON writes a control character as an escape, and nothing else that way.
  !/\\u00[01]|\\u007f|\\[bfr]/.test(JSON.stringify(result)) && !JSON.stringify(result).includes("\u202e");

/** Resolves with what was printed meanwhile, which should be nothing. */
const survived = async (
  make: (dial: Dial) => Connector,
  question: () => Ask<"read">,
  pieces: fc.Arbitrary<readonly Uint8Array[]>,
): Promise<readonly unknown[]> => {
  const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "log")];
  const script = fc.record({ pieces, hangUp: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (scripts) => {
      const results = await Promise.all(
        scripts.map(async ({ pieces, hangUp }) => {
          const connector = make(scripted(pieces, hangUp));
          const result = await outcome(connector, question());
          connector.close();
          return result;
        }),
      );
      expect(results.filter((result) => !harmless(result))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  return printed.flatMap((print) => print.mock.calls);
};

const junk = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 6 });

describe("MySQL", () => {
  const packet = (sequence: number, payload: Uint8Array): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    header[3] = sequence;
    return Buffer.concat([header, payload]);
  };
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const greeting = Buffer.concat([
    Buffer.from("\u000a10.11.19-MariaDB\0", "latin1"),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from("abcdefgh\0", "latin1"),
    Buffer.from([0xfe, 0xf7, 45, 2, 0, 0xff, 0x81, 21]),
    Buffer.alloc(10),
    Buffer.from("ijklmnopqrst\0mysql_native_password\0", "latin1"),
  ]);
  const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
  const eof = Buffer.from([0xfe, 0, 0, 2, 0]);
  const column = Buffer.concat([
    text("def"),
    ...["", "", "", "name\u001b[2J", ""].map(text),
    Buffer.from([0x0c, 45, 0, 0, 4, 0, 0, 253, 0, 0, 0, 0, 0]),
  ]);
  const answers = [
    ok,
    eof,
    Buffer.from([1]),
    column,
    text("value\u0007"),
    Buffer.from([0xff, 0x15, 0x04, ...Buffer.from("#28000no\u001b[31m")]),
    Buffer.from([0xff, 0x15]),
    Buffer.from([0xfe, ...Buffer.from("mysql_clear_password\0x\0")]),
    Buffer.from([0xfe, ...Buffer.from("caching_sha2_password\0abcdefghijklmnopqrst\0")]),
    Buffer.from([0xfe, ...Buffer.from("dialog\0")]),
    Buffer.from([0xfb, ...Buffer.from("/etc/passwd")]),
    Buffer.from([0xff]),
    Buffer.from([0xfc, 1]),
    Buffer.from([0xfd]),
    Buffer.from([0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
    Buffer.from([1, 4]),
    Buffer.concat([text("def"), Buffer.from([0xff, 1, 2])]),
    Buffer.alloc(0),
  ];
  const payload = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...answers) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  );
  /** Several packets in one piece, mostly numbered as they should be. */
  const reply = fc
    .tuple(fc.array(payload, { maxLength: 6 }), fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.nat(255)))
    .map(([payloads, first]) => Buffer.concat(payloads.map((one, at) => packet((first + at) % 256, one))));
  const session = fc
    .tuple(fc.boolean(), fc.array(reply, { maxLength: 6 }))
    .map(([loggedIn, replies]) => [packet(0, greeting)].concat(loggedIn ? [packet(2, ok)] : [], replies));

  const member = (dial: Dial): Connector =>
    mysqlConnector({ where: "MariaDB on web1", user: "midwatch", flavour: "mariadb", password: noPassword, dial });
  const question = (): Ask<"read"> => sqlAsk("SHOW GLOBAL STATUS", DEADLINE_MS);

  test("bytes of no kind", async () => expect(await survived(member, question, junk)).toEqual([]));
  test("packets in every order", async () => expect(await survived(member, question, session)).toEqual([]));
});

describe("Redis", () => {
  const instance = (dial: Dial): Connector =>
    redisConnector({ name: "cache", where: "Redis cache on lb1", user: undefined, password: noPassword, dial });
  const question = (): Ask<"read"> => redisAsk([["INFO"], ["DBSIZE"]], DEADLINE_MS);
  const frame = fc.constantFrom(
    ..."$-1|*-1|:1|:9223372036854775807|+OK\u001b[2J|-ERR \u0007|$3\r\nabc|*2\r\n:1\r\n$1\r\nx|*1\r\n*1\r\n*0|>2\r\n$-1\r\n$-1|_|#t|%1\r\n+a\r\n+b|!3\r\nabc|(12|,1.5|=7\r\ntxt:abc|~0|$0\r\n|*3|$5\r\nab|:x"
      .split("|")
      .map((one) => Buffer.from(`${one}\r\n`)),
  );
  const frames = fc.array(
    fc.array(frame, { maxLength: 4 }).map((all) => Buffer.concat(all)),
    { maxLength: 4 },
  );
  test("bytes of no kind", async () => expect(await survived(instance, question, junk)).toEqual([]));
  test("values in every order, asked for or not", async () =>
    expect(await survived(instance, question, frames)).toEqual([]));
});

describe("line protocols", () => {
  const balancer = (dial: Dial): Connector => haproxyConnector("HAProxy on lb1", dial);
  const line = (): Ask<"read"> => haproxyAsk("show stat", DEADLINE_MS);
  const page = (dial: Dial): Connector => httpConnector("HTTP on web1", () => dial);
  const get = (): Ask<"read"> => httpAsk("http://127.0.0.1/", { deadlineMs: DEADLINE_MS });
  const http = fc.array(
    fc
      .oneof(
        fc.constantFrom(
          "HTTP/1.1 200 OK\r\n",
          "HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n",
          "HTTP/1.1 100 Continue\r\n\r\n",
          "Content-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\n",
          "X: \u001b[2J\r\n",
          "\r\n",
          "5\r\nhello\r\n",
          "0\r\n\r\n",
          "hel\u0007lo",
        ),
        fc.string({ maxLength: 20 }),
      )
      .map((text) => Buffer.from(text)),
    { maxLength: 8 },
  );
  test("HAProxy: bytes of no kind", async () => expect(await survived(balancer, line, junk)).toEqual([]));
  test("HTTP: bytes of no kind", async () => expect(await survived(page, get, junk)).toEqual([]));
  test("HTTP: parts in every order", async () => expect(await survived(page, get, http)).toEqual([]));
});
