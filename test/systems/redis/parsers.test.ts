import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RedisReply, RedisValue } from "../../../src/connect/reply.ts";
import { parseInfo } from "../../../src/systems/redis/parse-info.ts";
import { parseScan } from "../../../src/systems/redis/parse-scan.ts";
import { anyText, harmfulIn, nearly, oddNumbersIn } from "../hostile.ts";

const recorded = readFileSync(new URL("replies/sessions-6380.info.txt", import.meta.url), "utf8");

const reply = (...values: readonly RedisValue[]): RedisReply => ({
  kind: "redis",
  values,
  sentAtMs: 0,
  receivedAtMs: 1,
});

const anyValue: fc.Arbitrary<RedisValue> = fc.letrec<{ value: RedisValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.integer(),
    fc.constant(null),
    fc.record({ error: anyText }),
    fc.array(tie("value"), { maxLength: 4 }),
  ),
})).value;

describe("parseInfo", () => {
  it("reads what Redis 7.0 prints", () => {
    expect(parseInfo(reply(recorded, 98))).toMatchObject({
      ok: true,
      value: {
        version: "7.0.15",
        role: "master",
        keys: 98,
        memoryLimitBytes: 67_108_864,
        policy: "noeviction",
        clients: 1,
        clientsLimit: 10_000,
        persistence: { lastSaveOk: true, lastSaveAtMs: 1_795_223_608_000, aof: "off" },
        counters: { hits: 395, misses: 98, evicted: 0, refusedWrites: 0 },
      },
    });
  });

  it("takes the start of a process that never saved for no save", () => {
    const cache = readFileSync(new URL("replies/cache-6379.info.txt", import.meta.url), "utf8");
    const answer = parseInfo(reply(cache, 9));
    expect(answer.ok && answer.value.persistence.lastSaveAtMs).toBeUndefined();
  });

  it.each([
    ["NOPERM this user has no permissions to run the 'info' command", "privilege"],
    ["NOAUTH Authentication required.", "privilege"],
    ["LOADING Redis is loading the dataset in memory", "failed"],
  ])("%s is %s", (error, reason) => {
    expect(parseInfo(reply({ error }, 1))).toMatchObject({ ok: false, reason });
  });

  it("counts by the key space where DBSIZE is refused", () => {
    const answer = parseInfo(reply(`${recorded}\ndb0:keys=12,expires=1,avg_ttl=0\n`, { error: "NOPERM" }));
    expect(answer).toMatchObject({ ok: true, value: { keys: 12 } });
  });

  it("returns a value or an error for anything, with nothing harmful in it", () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, nearly(recorded), nearly(recorded)), anyValue, (info, dbsize) => {
        const answer = parseInfo(reply(info, dbsize));
        expect(harmfulIn(answer)).toEqual([]);
        expect(oddNumbersIn(answer)).toEqual([]);
      }),
    );
  });
});

describe("parseScan", () => {
  it("knows whether it went all the way round", () => {
    expect(parseScan(reply(["0", ["a", "b", "b"]]))).toEqual({ ok: true, value: { count: 2, atLeast: false } });
    expect(parseScan(reply(["63", ["a"]]))).toEqual({ ok: true, value: { count: 1, atLeast: true } });
  });

  it("returns a count or an error for anything, and no key's name", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyValue, fc.tuple(anyValue, anyValue), fc.tuple(fc.constant("0"), fc.array(anyText))),
        (value) => {
          const answer = parseScan(reply(value));
          expect(harmfulIn(answer)).toEqual([]);
          expect(answer.ok ? Object.keys(answer.value) : ["count", "atLeast"]).toEqual(["count", "atLeast"]);
        },
      ),
    );
  });
});
