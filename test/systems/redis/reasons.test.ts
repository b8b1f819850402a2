import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RedisReply } from "../../../src/connect/reply.ts";
import type { Cluster, RedisConfig } from "../../../src/inventory/cluster.ts";
import { redis } from "../../../src/systems/redis/index.ts";
import type { Reason } from "../../../src/systems/reason.ts";
import { AT_MS, lookAt, noReply, recorded, shop } from "../kit.ts";

const instance = (name: string, purpose: RedisConfig["purpose"], host = "lb1"): RedisConfig => ({
  name,
  host,
  port: 6_379,
  purpose,
  via: "tunnel",
  tls: false,
});

const cluster: Cluster = { ...shop, redis: [instance("sessions", "sessions"), instance("other", "sessions", "web1")] };

const info = (keys: number, role = "master"): RedisReply => ({
  kind: "redis",
  values: [recorded("redis", "sessions-6380.info.txt").replace("role:master", `role:${role}`), keys],
  sentAtMs: AT_MS - 1,
  receivedAtMs: AT_MS,
});

const said = (reasons: readonly Reason[]): readonly string[] => reasons.map(({ stance, text }) => `${stance}: ${text}`);

describe("redis's word on taking a host out", () => {
  it("says what goes with an instance that runs on it", () => {
    const { reasons } = lookAt(redis, { "redis.info@sessions": info(1_284) }, { cluster });
    expect(said(reasons("lb1"))).toEqual([
      "no: Redis sessions runs on it: 1,284 sessions would end, and nobody could log in",
    ]);
    expect(reasons("web2")).toEqual([]);
    const cached: Cluster = { ...shop, redis: [instance("cache", "cache")] };
    expect(said(lookAt(redis, { "redis.info@cache": info(1) }, { cluster: cached }).reasons("lb1"))).toEqual([
      "no: Redis cache runs on it: what needs it would fail or be slow",
    ]);
  });

  it("spares a replica whose master serves elsewhere", () => {
    const replica = { "redis.info@sessions": info(9, "slave") };
    const { reasons } = lookAt(redis, { ...replica, "redis.info@other": info(9) }, { cluster });
    expect(said(reasons("lb1"))).toEqual(["safe: its sessions is a replica; other serves elsewhere"]);
    const alone = lookAt(redis, { ...replica, "redis.info@other": noReply("timeout") }, { cluster });
    expect(alone.reasons("lb1").map(({ stance }) => stance)).toEqual(["no"]);
  });

  it("never says safe of an instance that is not known, or that serves", () => {
    const answer = fc.constantFrom("timeout", "unreachable", "refused", "privilege", "master");
    fc.assert(
      fc.property(answer, answer, (own, other) => {
        const reply = (what: typeof own) => (what === "master" ? info(3) : noReply(what));
        const answers = { "redis.info@sessions": reply(own), "redis.info@other": reply(other) };
        const { reasons } = lookAt(redis, answers, { cluster });
        expect(reasons("lb1").every(({ stance }) => stance !== "safe")).toBe(true);
      }),
    );
  });
});
