import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RedisReply } from "../../src/connect/reply.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { galera } from "../../src/systems/galera/index.ts";
import { gluster } from "../../src/systems/gluster/index.ts";
import { haproxy } from "../../src/systems/haproxy/index.ts";
import { host } from "../../src/systems/host/index.ts";
import { redis } from "../../src/systems/redis/index.ts";
import { systems } from "../../src/systems/registry.ts";
import { trendsTable, trendSpan, type Trail } from "../../src/systems/series.ts";
import { sparkline } from "../../src/systems/sparkline.ts";
import type { Context, System } from "../../src/systems/system.ts";
import { toAscii } from "../../src/ui/fold.ts";
import { recorded as view } from "./galera/recorded.ts";
import { healthy as pool } from "./gluster/recorded.ts";
import { AT_MS, haproxyReply, hostReply, lines, lookAt, noReply, recorded, shop, type Answers } from "./kit.ts";

describe("sparkline", () => {
  it.each<readonly [readonly (number | undefined)[], string]>([
    [[0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"],
    [[0, 100, 0], "▁█▁"],
    [[0, 0, 0], "▁▁▁"],
    [[5, 5, 5], "▄▄▄"],
    // Within a tenth it is as good as level.
    [[100, 103, 99], "▄▅▄"],
    [[undefined, 1, undefined, 2], " ▁ █"],
    [[undefined, undefined], "  "],
    [[], ""],
    [[Number.NaN, Number.POSITIVE_INFINITY, 3], "  ▄"],
  ])("%j is %s", (values, drawn) => {
    expect(sparkline(values)).toBe(drawn);
  });

  it("has one character a value, whatever the values, each with a twin in ASCII", () => {
    const value = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const drawn = sparkline(values);
        expect(drawn).toMatch(/^[ ▁▂▃▄▅▆▇█]*$/u);
        expect(drawn).toHaveLength(values.length);
        expect(toAscii(drawn)).toMatch(/^[ _.:=+*#-]*$/);
        expect(toAscii(drawn)).toHaveLength(values.length);
      }),
    );
  });
});

const contextOf = (cluster: Cluster = shop, series?: Trail): Context => ({
  cluster,
  nowMs: AT_MS,
  samples: {
    latest: () => ({ state: "unknown", reason: "pending", detail: "", atMs: AT_MS }),
    history: () => [],
    link: () => ({ state: "up", sinceMs: AT_MS }),
  },
  ...(series === undefined ? {} : { series }),
});

const rising: Trail = (_id, columns) => Array.from({ length: columns }, (_, i) => i * 10);

describe("trends", () => {
  it("are left out of a summary until there are three minutes to see", () => {
    const two: Trail = () => [undefined, undefined, undefined, 3, 4];
    expect(trendSpan(contextOf(shop, two), "x")).toEqual([]);
    expect(trendSpan(contextOf(), "x")).toEqual([]);
    expect(trendSpan(contextOf(shop, rising), "x")).toEqual([{ text: " ▁▃▄▆█", tone: "dim" }]);
  });

  it("have a table for the pane that fills the screen", () => {
    const table = trendsTable([{ id: "a", label: "sessions", value: 290, text: "290" }], contextOf(shop, rising));
    expect(lines(table)[1]).toMatch(/^sessions \| [▁▂▃▄▅▆▇█]{30} \| 290$/u);
  });

  it("do not take room from an overview: they stand apart from the room's own tables", () => {
    for (const system of systems.filter(({ present }) => present(shop))) {
      const { pane } = system.look(contextOf(shop, rising), (findings) => findings);
      expect(pane.tables.map(({ id }) => id)).not.toContain("trends");
    }
  });
});

const figures = <Facts>(room: System<Facts>, answers: Answers, cluster: Cluster = shop): readonly string[] =>
  (room.series?.(lookAt(room, answers, { cluster }).facts) ?? []).map(({ label, text }) => `${label}: ${text}`);

const summaryOf = <Facts>(room: System<Facts>, answers: Answers, cluster: Cluster = shop): string => {
  const { facts, findings } = lookAt(room, answers, { cluster });
  return room
    .pane(facts, findings, contextOf(cluster, rising))
    .summary.map(({ text }) => text)
    .join("");
};

describe("figures of the rooms", () => {
  it("host: the load of those that tell it", () => {
    const vitals = hostReply(recorded("host", "vitals.web1.txt"), "", 2);
    expect(figures(host, { "host.vitals@web1": vitals, "host.vitals@web2": noReply("timeout") })).toEqual([
      expect.stringMatching(/^load per core, web1: \d+\.\d$/),
    ]);
  });

  it("galera: writes of all members, and the one that holds them back most", () => {
    const two = (name: string, change: Readonly<Record<string, string>>) => [
      view(`healthy/${name}`, { wsrep_replicated: "100", wsrep_flow_control_paused_ns: "0" }, AT_MS - 10_000),
      view(`healthy/${name}`, change),
    ];
    const answers = {
      "galera.view@web1": two("web1", { wsrep_replicated: "120", wsrep_flow_control_paused_ns: "0" }),
      "galera.view@web2": two("web2", { wsrep_replicated: "130", wsrep_flow_control_paused_ns: "2500000000" }),
    };
    expect(figures(galera, answers)).toEqual(["writes a second: 5", "held back by flow control: 25%"]);
    expect(figures(galera, {})).toEqual([]);
    expect(summaryOf(galera, answers)).toContain("writes web1 web2 ▁▃▄▆█");
  });

  it("gluster: what is to heal, but no count that bricks are missing from", () => {
    expect(figures(gluster, pool)).toEqual(["data to heal: 0", "wp-core to heal: 0"]);
    expect(figures(gluster, { ...pool, "gluster.heal@volume data": noReply("timeout") })).toEqual([
      "wp-core to heal: 0",
    ]);
    // A healthy summary has no line that is always flat.
    expect(summaryOf(gluster, pool)).toBe("data 0 · wp-core 0 to heal · bricks 6/6 · mounts 6/6");
  });

  it("redis: sessions", () => {
    const cluster: Cluster = {
      ...shop,
      redis: [{ name: "sessions", host: "lb1", port: 6_380, purpose: "sessions", via: "tunnel", tls: false }],
    };
    const info = readFileSync(new URL("redis/replies/sessions-6380.info.txt", import.meta.url), "utf8");
    const up: RedisReply = { kind: "redis", values: [info, 98], sentAtMs: AT_MS, receivedAtMs: AT_MS };
    expect(figures(redis, { "redis.info@sessions": up }, cluster)).toEqual(["sessions: keys: 98"]);
    expect(summaryOf(redis, { "redis.info@sessions": up }, cluster)).toMatch(/^sessions 98 ▁▃▄▆█ · /u);
    expect(figures(redis, { "redis.info@sessions": noReply("refused") }, cluster)).toEqual([]);
  });

  it("haproxy: sessions of every proxy", () => {
    const answers = { "haproxy.stat@lb1": haproxyReply(recorded("haproxy", "healthy.show-stat.txt")) };
    expect(figures(haproxy, answers)).toEqual([
      expect.stringMatching(/^sessions on web: \d+$/),
      expect.stringMatching(/^sessions on mysql: \d+$/),
    ]);
    expect(summaryOf(haproxy, answers)).toMatch(/ · web \d+ sessions ▁▃▄▆█$/u);
    expect(figures(haproxy, { "haproxy.stat@lb1": noReply("timeout") })).toEqual([]);
  });
});
