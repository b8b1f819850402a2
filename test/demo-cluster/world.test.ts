import { describe, expect, it } from "vitest";
import { advance, createWorld } from "../../src/demo/world.ts";
import { stillCluster } from "./support.ts";

const MINUTE_MS = 60_000;

describe("the simulated world", () => {
  it("is the same for the same seed and time, whenever it is looked at", () => {
    const once = createWorld(7, 1_000_000);
    const often = createWorld(7, 1_000_000);
    advance(once, 1_000_000 + 5 * MINUTE_MS);
    for (let ms = 300; ms <= 5 * MINUTE_MS; ms += 300) advance(often, 1_000_000 + ms);
    expect(JSON.stringify(often)).toBe(JSON.stringify(once));
    const other = createWorld(8, 1_000_000);
    advance(other, 1_000_000 + 5 * MINUTE_MS);
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(once));
  });

  it("runs faster when asked to", () => {
    const world = createWorld(7, 0);
    advance(world, MINUTE_MS, { speed: 10 });
    expect(world.simMs).toBe(10 * MINUTE_MS);
    expect(world.nowMs).toBe(MINUTE_MS);
  });

  it("moves: traffic, sessions, writes and loads, within what such a cluster has", () => {
    const still = stillCluster();
    const seen = { committed: 0, sessions: new Set<number>(), loads: new Set<string>(), answers: 0 };
    const before = Number(still.sql("web2", "wsrep_last_committed"));
    for (let step = 0; step < 60; step += 1) {
      still.pass(5_000);
      const world = still.world();
      seen.sessions.add(world.redis.sessions.keys);
      seen.loads.add(still.run("web1", ["cat", "/proc/loadavg"]).stdout);
      expect(world.redis.sessions.keys).toBeGreaterThan(500);
      expect(world.redis.sessions.keys).toBeLessThan(3_000);
      expect(world.hosts.web1.load[0]).toBeLessThan(world.hosts.web1.cores);
      expect(world.haproxy.web.front.scur).toBeLessThan(200);
    }
    const after = Number(still.sql("web2", "wsrep_last_committed"));
    expect(after - before).toBeGreaterThan(500);
    expect(Math.abs(after - Number(still.sql("web1", "wsrep_last_committed")))).toBeLessThan(20);
    expect(seen.sessions.size).toBeGreaterThan(20);
    expect(seen.loads.size).toBeGreaterThan(10);
  });

  it("copies the sites every three minutes, the sub-servers after the master", () => {
    const still = stillCluster();
    const last = (host: "web1" | "web2"): Readonly<Record<string, string>> =>
      Object.fromEntries(
        still
          .run(host, ["cat", "/var/lib/sync-sites/last"])
          .stdout.trim()
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
    const starts = new Set<string | undefined>();
    const results = new Set<string | undefined>();
    for (let step = 0; step < 12 * 60; step += 1) {
      still.pass(1_000);
      starts.add(last("web1")["started"]);
      results.add(last("web1")["result"]);
    }
    expect(starts.size).toBe(5);
    expect(results).toStrictEqual(new Set(["ok", "running"]));
    expect(last("web1")).toMatchObject({ host: "web1", role: "master", exit: "0", reason: "" });
    const [master, sub] = [last("web1"), last("web2")];
    expect(Number(sub["started"])).toBeGreaterThan(Number(master["started"]));
    expect(Number(sub["finished"])).toBeLessThanOrEqual(Number(master["finished"]));
  });
});
