import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RedisReply, RedisValue } from "../../../src/connect/reply.ts";
import type { Cluster, RedisConfig } from "../../../src/inventory/cluster.ts";
import { storiesOf } from "../../../src/safety/stories.ts";
import { redis } from "../../../src/systems/redis/index.ts";
import { pageTroubles } from "../../../src/systems/redis/page-troubles.ts";
import { redisStates } from "../../../src/systems/redis/states.ts";
import { AT_MS, lines, lookAt, noReply, shop, summaryText, type Answers } from "../kit.ts";

const text = (name: string): string => readFileSync(new URL(`replies/${name}.info.txt`, import.meta.url), "utf8");

const reply = (values: readonly RedisValue[], atMs = AT_MS): RedisReply => ({
  kind: "redis",
  values,
  sentAtMs: atMs - 1,
  receivedAtMs: atMs,
});

/** The recorded INFO with some fields changed, and DBSIZE. */
const info = (
  name: string,
  keys: number,
  change: Readonly<Record<string, string | number>> = {},
  atMs = AT_MS,
): RedisReply => {
  const kept = text(name)
    .split("\n")
    .filter((line) => !Object.keys(change).some((field) => line.startsWith(`${field}:`)));
  const put = Object.entries(change).map(([field, value]) => `${field}:${value}`);
  return reply([[...kept, ...put].join("\n"), keys], atMs);
};

const instance = (name: string, purpose: RedisConfig["purpose"], port: number): RedisConfig => ({
  name,
  host: "lb1",
  port,
  purpose,
  via: "tunnel",
  tls: false,
});

const cache = instance("cache", "cache", 6_379);
const sessions = instance("sessions", "sessions", 6_380);
const cluster: Cluster = { ...shop, redis: [sessions, cache] };

const healthy: Answers = {
  "redis.info@sessions": info("sessions-6380", 98),
  "redis.info@cache": info("cache-6379", 10),
};

const look = (answers: Answers = {}) => lookAt(redis, { ...healthy, ...answers }, { cluster, afterMs: 500 });

const said = (findings: readonly { readonly id: string; readonly severity: string }[]): readonly string[] =>
  findings.map(({ id, severity }) => `${id} ${severity}`);

describe("redis, healthy", () => {
  it("shows every instance by its purpose", () => {
    const { pane, findings } = look();
    expect(findings).toEqual([]);
    expect(pane.severity).toBe("ok");
    expect(summaryText(pane)).toBe("sessions 98 · 2% · cache 10 keys · 3%");
    expect(
      lines(pane.tables[0], [
        "instance",
        "state",
        "keys",
        "memory",
        "limit",
        "used",
        "policy",
        "clients",
        "hit",
        "ops",
      ]),
    ).toEqual([
      "instance | state | keys | mem | of | used | policy | clients | hit | ops/s",
      "sessions | up | 98 | 1.0M | 64M | 2% | noeviction | 1 | - | …",
      "cache | up | 10 | 1.0M | 32M | 3% | allkeys-lru | 1 | - | …",
    ]);
  });

  it("makes rates of differences, and a hit rate of the look-ups between", () => {
    const at = (hits: number, misses: number, commands: number, atMs: number) =>
      info(
        "cache-6379",
        10,
        { keyspace_hits: hits, keyspace_misses: misses, total_commands_processed: commands },
        atMs,
      );
    const { facts, pane } = look({
      "redis.info@cache": [at(1_000, 500, 10_000, AT_MS - 10_000), at(1_092, 508, 10_250, AT_MS)],
    });
    expect(facts.instances[1]?.hitShare).toMatchObject({ state: "known", value: expect.closeTo(0.92, 6) });
    expect(facts.instances[1]?.opsPerSecond).toMatchObject({ state: "known", value: 25 });
    expect(summaryText(pane)).toBe("sessions 98 · 2% · cache 92% hit · 3%");
  });

  it("has no hit rate while nobody looks anything up", () => {
    const { facts } = look({
      "redis.info@cache": [info("cache-6379", 10, {}, AT_MS - 10_000), info("cache-6379", 10)],
    });
    expect(facts.instances[1]?.hitShare).toMatchObject({ state: "unknown", reason: "pending" });
  });

  it("counts keys in other databases too, and says that there is no limit", () => {
    const answer = info("sessions-6380", 98, {
      db0: "keys=98,expires=98,avg_ttl=1",
      db3: "keys=1000,expires=5,avg_ttl=1",
      maxmemory: 0,
    });
    const { facts, pane } = look({ "redis.info@sessions": answer });
    expect(facts.instances[0]?.keys).toMatchObject({ value: { count: 1_098, atLeast: false } });
    expect(lines(pane.tables[0], ["instance", "keys", "limit", "used"])[1]).toBe("sessions | 1,098 | no limit | -");
    expect(summaryText(pane)).toMatch(/^sessions 1,098 · 1\.0M · /);
  });

  it("starts its rates anew with a new process, and tells of the restart", () => {
    const old = info("cache-6379", 10, { total_commands_processed: 5 }, AT_MS - 20_000);
    const fresh = (commands: number, atMs: number) =>
      info("cache-6379", 10, { run_id: "new", uptime_in_seconds: 8, total_commands_processed: commands }, atMs);
    const { facts, findings } = look({ "redis.info@cache": [old, fresh(100, AT_MS - 2_000), fresh(120, AT_MS)] });
    expect(facts.instances[1]?.opsPerSecond).toMatchObject({ value: 10 });
    expect(findings.map(({ id, text: words }) => `${id}: ${words}`)).toEqual([
      "redis.restarted: Redis cache restarted 10s ago",
    ]);
  });

  it("counts by a bounded scan where the instance is shared, and never keeps names", () => {
    const prefixed: Cluster = { ...cluster, redis: [{ ...sessions, prefix: "PHPREDIS_SESSION:" }, cache] };
    const scan = reply([["1234", ["PHPREDIS_SESSION:a", "PHPREDIS_SESSION:b", "PHPREDIS_SESSION:a"]]]);
    const { facts, pane, probes } = lookAt(redis, { ...healthy, "redis.keys@sessions": scan }, { cluster: prefixed });
    expect(facts.instances[0]?.keys).toMatchObject({ value: { count: 2, atLeast: true } });
    expect(summaryText(pane)).toMatch(/^sessions 2\+ · /);
    const ask = probes.find(({ key }) => key === "redis.keys@sessions")?.ask;
    expect(ask?.send).toEqual({
      kind: "redis",
      calls: [["SCAN", "0", "MATCH", "PHPREDIS_SESSION:*", "COUNT", "10000"]],
    });
    expect(ask?.conceal).toBeDefined();
  });

  it("reads facts that its published schema allows", () => {
    for (const answers of [healthy, {}, { ...healthy, "redis.info@cache": noReply("refused") }]) {
      const { facts } = lookAt(redis, answers, { cluster });
      expect(redis.factsSchema.parse(facts)).toEqual(facts);
    }
  });

  it("sends nothing that blocks an instance or shows its data", () => {
    const sent = redis.probes(cluster).flatMap(({ ask }) => (ask.send.kind === "redis" ? ask.send.calls : []));
    expect(new Set(sent.map(([word]) => word))).toEqual(new Set(["INFO", "DBSIZE"]));
    expect(redis.commands.every(({ effect }) => effect === "read")).toBe(true);
  });
});

describe("redis, in trouble", () => {
  it.each([
    ["sessions", "refused", "redis.down critical"],
    ["cache", "refused", "redis.down warning"],
    ["sessions", "timeout", "redis.unknown unknown"],
    ["cache", "unreachable", "redis.unknown unknown"],
  ] as const)("%s %s", (name, reason, expected) => {
    expect(said(look({ [`redis.info@${name}`]: noReply(reason) }).findings)).toEqual([expected]);
  });

  it("knows no number of an instance that does not answer", () => {
    const { pane } = look({ "redis.info@sessions": noReply("timeout") });
    expect(lines(pane.tables[0], ["instance", "state", "keys", "memory", "ops"])[1]).toBe(
      "sessions | timeout | ? | ? | ?",
    );
    expect(summaryText(pane)).toBe("sessions timeout · cache 10 keys · 3%");
    expect(pane.severity).toBe("unknown");
  });

  it.each([
    [{ maxmemory_policy: "allkeys-lru" }, "redis.eviction_policy warning"],
    [{ maxmemory_policy: "volatile-ttl" }, undefined],
    [{ used_memory: 61_000_000 }, "redis.memory warning"],
    [{ rdb_last_bgsave_status: "err" }, "redis.save_failed warning"],
    [{ aof_enabled: 1, aof_last_write_status: "err" }, "redis.save_failed warning"],
    [{ role: "slave", master_link_status: "down" }, "redis.replica critical"],
    [{ loading: 1 }, "redis.loading critical"],
    [{ blocked_clients: 3 }, "redis.blocked warning"],
  ])("sessions %j", (change, expected) => {
    const { findings } = look({ "redis.info@sessions": info("sessions-6380", 98, change) });
    expect(said(findings)).toEqual(expected === undefined ? [] : [expected]);
  });

  it("folds a full memory and a policy that evicts under sessions that are evicted, with the exact way out", () => {
    const change = { used_memory: 66_000_000, maxmemory_policy: "allkeys-lru" };
    const past = info("sessions-6380", 98, { ...change, evicted_keys: 0 }, AT_MS - 10_000);
    const { findings } = look({
      "redis.info@sessions": [past, info("sessions-6380", 98, { ...change, evicted_keys: 30 })],
    });
    const [story, ...others] = storiesOf(findings);
    expect(others).toEqual([]);
    expect(story).toMatchObject({ root: { id: "redis.evicting" }, severity: "critical" });
    expect(story?.root.next).toMatch(/^on lb1: redis-cli -p \d+ CONFIG SET maxmemory 128mb/);
  });

  it("lets a cache be full, evict and hold replicas' policies", () => {
    const change = { used_memory: 33_000_000, evicted_keys: 100 };
    const past = info("cache-6379", 10, { ...change, evicted_keys: 50 }, AT_MS - 10_000);
    expect(look({ "redis.info@cache": [past, info("cache-6379", 10, change)] }).findings).toEqual([]);
  });

  it.each([
    [
      { evicted_keys: 30 },
      "redis.evicting critical",
      "Redis sessions evicts 3 sessions a second: people are logged out",
    ],
    [
      { errorstat_OOM: "count=5" },
      "redis.refusing_writes critical",
      "Redis sessions refuses 0.5 writes a second (memory is full)",
    ],
    [
      { rejected_connections: 20 },
      "redis.rejecting critical",
      "Redis sessions rejects 2 connections a second: too many clients (1 of 10,000)",
    ],
  ])("sessions, over ten seconds: %j", (change, expected, words) => {
    const past = info("sessions-6380", 98, { total_error_replies: 0 }, AT_MS - 10_000);
    const { findings } = look({
      "redis.info@sessions": [past, info("sessions-6380", 98, { total_error_replies: 9, ...change })],
    });
    expect(said(findings)).toEqual([expected]);
    expect(findings[0]?.text).toBe(words);
  });

  const over = (...keys: readonly number[]) =>
    look({
      "redis.info@sessions": keys.map((count, i) =>
        info("sessions-6380", count, {}, AT_MS - (keys.length - 1 - i) * 20_000),
      ),
    });

  it("notices sessions that fall by half within a minute, and says so until they are back", () => {
    const { findings } = over(1_284, 1_280, 12, 14, 15);
    expect(said(findings)).toEqual(["redis.sessions_fell critical"]);
    expect(findings[0]?.text).toBe("Redis sessions lost sessions: from 1,284 to 15 within a minute, 40s ago");
    expect(said(over(1_284, 12, 300, 900).findings)).toEqual([]);
  });

  it("does not call those lost whose time was over, and still sees what falls beside them", () => {
    const counted = (...seen: readonly (readonly [keys: number, expired: number])[]) =>
      said(
        look({
          "redis.info@sessions": seen.map(([keys, expired], i) =>
            info("sessions-6380", keys, { expired_keys: expired }, AT_MS - (seen.length - 1 - i) * 10_000),
          ),
        }).findings,
      );
    expect(counted([1_000, 50], [1_000, 50], [120, 930])).toEqual([]);
    expect(counted([1_000, 50], [1_000, 350], [10, 700])).toEqual(["redis.sessions_fell critical"]);
    // A restart: the counter begins anew.
    expect(counted([1_000, 900], [12, 3])).toEqual(["redis.sessions_fell critical"]);
  });

  describe("growth", () => {
    const MB = 1_048_576;
    /** One answer a minute for five minutes, `perMinute` keys and bytes more in each. */
    const growing = (used: number, perMinute: number, policy = "noeviction") =>
      Array.from({ length: 6 }, (_, i) => {
        const back = 5 - i;
        const change = { used_memory: used - back * perMinute, maxmemory: 100 * MB, maxmemory_policy: policy };
        return info("sessions-6380", 1_000 - back * 30, change, AT_MS - back * 60_000);
      });
    const filling = (used: number, perMinute: number, key = "sessions") => {
      const { findings } = look({
        [`redis.info@${key}`]: growing(used, perMinute, key === "cache" ? "allkeys-lru" : "noeviction"),
      });
      return findings.filter(({ id }) => id === "redis.filling").map(({ text: words }) => words);
    };

    it("is shown as sessions a minute and time until memory is full", () => {
      const { facts, pane } = look({ "redis.info@sessions": growing(80 * MB, MB) });
      expect(facts.instances[0]).toMatchObject({ keysGrowthPerSecond: { value: 0.5 }, fullInMs: 1_200_000 });
      expect(lines(pane.tables[0], ["instance", "growth", "full"])[1]).toBe("sessions | +30 | 20m");
      expect(redis.factsSchema.parse(facts)).toEqual(facts);
    });

    it("warns when an instance is full within the hour, and not of a cache that is meant to be", () => {
      expect(filling(80 * MB, MB)).toEqual([
        "Redis sessions uses 80% of 100M and is full in about 20m as it grows now",
      ]);
      expect(filling(80 * MB, MB / 10)).toEqual([]);
      expect(filling(40 * MB, 2 * MB)).toEqual([]);
      expect(filling(80 * MB, MB, "cache")).toEqual([]);
    });

    it("is not known without enough history, nor of an instance that does not answer", () => {
      const { facts, pane } = look();
      expect(facts.instances[0]?.keysGrowthPerSecond).toMatchObject({ state: "unknown", detail: "not enough history" });
      expect(lines(pane.tables[0], ["growth", "full"])[1]).toBe("… | …");
      const gone = look({ "redis.info@sessions": noReply("timeout") });
      expect(gone.facts.instances[0]?.memoryGrowthBytesPerSecond).toMatchObject({
        state: "unknown",
        reason: "timeout",
      });
    });
  });

  it("lets people go home, and a handful come and go", () => {
    expect(over(100, 90, 80, 70, 65, 60, 55, 50, 45, 40).findings).toEqual([]);
    expect(over(9, 2).findings).toEqual([]);
  });

  it("warns of an instance that answers the network without a password", () => {
    const direct: Cluster = { ...cluster, redis: [{ ...sessions, via: "direct" }, cache] };
    expect(said(lookAt(redis, healthy, { cluster: direct }).findings)).toEqual(["redis.no_password warning"]);
    const local = { ...direct, hosts: direct.hosts.map((host) => ({ ...host, address: "127.0.0.1" })) };
    expect(lookAt(redis, healthy, { cluster: local }).findings).toEqual([]);
  });

  it("warns when cache and sessions share one instance", () => {
    const shared: Cluster = { ...cluster, redis: [sessions, { ...cache, port: 6_380 }] };
    const { findings } = lookAt(redis, healthy, { cluster: shared });
    expect(said(findings)).toEqual(["redis.shared warning"]);
  });
});

describe("a second sessions instance", () => {
  const spare: RedisConfig = { ...instance("spare", "sessions", 6_380), host: "web2" };
  const pair: Cluster = { ...shop, redis: [sessions, spare, cache] };
  const lookPair = (answers: Answers) => lookAt(redis, { ...healthy, ...answers }, { cluster: pair, afterMs: 500 });
  const replica = (link: string, replid?: string) => ({
    "redis.info@spare": info("sessions-6380", 98, {
      role: "slave",
      master_link_status: link,
      ...(replid === undefined ? {} : { master_replid: replid }),
    }),
  });

  it("is well as a replica of the one that serves", () => {
    const { findings, pane, facts } = lookPair(replica("up"));
    expect(findings).toEqual([]);
    expect(pane.severity).toBe("ok");
    expect(redisStates(facts).map(({ subject, state, severity }) => `${subject} ${state} ${severity}`)).toContain(
      "spare replica ok",
    );
  });

  it("is a warning, and no trouble of a page, when it has lost it or is down", () => {
    expect(lookPair(replica("down")).findings).toMatchObject([
      { severity: "warning", text: "Redis spare has lost its master sessions: what is written there is not copied" },
    ]);
    const seen = replica("up")["redis.info@spare"];
    const { findings, facts } = lookPair({ "redis.info@spare": [seen, noReply("refused")] });
    expect(findings).toMatchObject([{ id: "redis.down", severity: "warning" }]);
    expect(pageTroubles(facts)).toEqual([]);
    expect(redis.factsSchema.parse(facts)).toEqual(facts);
  });

  it("stays critical where it is another's replica, or where nobody serves", () => {
    expect(said(lookPair(replica("up", "f".repeat(40))).findings)).toEqual(["redis.replica critical"]);
    const both = { "redis.info@sessions": info("sessions-6380", 98, { role: "slave", master_link_status: "down" }) };
    expect(said(lookPair({ ...replica("down"), ...both }).findings)).toEqual([
      "redis.replica critical",
      "redis.replica critical",
    ]);
    const never = lookPair({ "redis.info@spare": noReply("refused") });
    expect(said(never.findings)).toEqual(["redis.down critical"]);
    expect(pageTroubles(never.facts)).toHaveLength(1);
  });
});

describe("sessions beside midwatch's own keys", () => {
  const kept: Cluster = { ...cluster, lockRedis: "sessions" };
  const lookKept = (answers: Answers) => lookAt(redis, { ...healthy, ...answers }, { cluster: kept, afterMs: 500 });

  it("leaves these out of the count, where there are any", () => {
    expect(summaryText(lookKept({ "redis.own_keys@sessions": reply([3]) }).pane)).toContain("sessions 95 ");
    expect(summaryText(lookKept({ "redis.own_keys@sessions": reply([0]) }).pane)).toContain("sessions 98 ");
    expect(redis.probes(cluster).map(({ key }) => key)).not.toContain("redis.own_keys@sessions");
  });

  it("counts them while they are not known", () => {
    const refused = { error: "NOPERM this user has no permissions to run the 'exists' command" };
    expect(summaryText(lookKept({ "redis.own_keys@sessions": reply([refused]) }).pane)).toContain("sessions 98 ");
  });
});
