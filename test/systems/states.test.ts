import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RedisReply } from "../../src/connect/reply.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { galera } from "../../src/systems/galera/index.ts";
import { gluster } from "../../src/systems/gluster/index.ts";
import { haproxy } from "../../src/systems/haproxy/index.ts";
import { host } from "../../src/systems/host/index.ts";
import { redis } from "../../src/systems/redis/index.ts";
import { systems } from "../../src/systems/registry.ts";
import { shadow } from "../../src/systems/shadow/index.ts";
import type { Context, System } from "../../src/systems/system.ts";
import { web } from "../../src/systems/web/index.ts";
import { recorded as view, unit } from "./galera/recorded.ts";
import { healthy as pool } from "./gluster/recorded.ts";
import {
  AT_MS,
  DOWN,
  haproxyReply,
  hostReply,
  httpReply,
  lookAt,
  noReply,
  recorded,
  shop,
  type Answers,
} from "./kit.ts";

/** A room's states as the timeline writes them, `host subject: state, why [severity]`. */
const statesOf = <Facts>(
  room: System<Facts>,
  answers: Answers,
  options: NonNullable<Parameters<typeof lookAt>[2]> = {},
): readonly string[] => {
  const { facts } = lookAt(room, answers, options);
  const { cluster = shop } = options;
  const context: Context = {
    cluster,
    nowMs: AT_MS,
    samples: {
      latest: () => ({ state: "unknown", reason: "pending", detail: "", atMs: AT_MS }),
      history: () => [],
      link: () => DOWN,
    },
  };
  return (room.states?.(facts, context) ?? []).map(
    ({ host: at = "-", subject, state, why, severity }) =>
      `${at} ${subject}: ${state}${why === undefined ? "" : `, ${why}`} [${severity}]`,
  );
};

describe("states of the rooms", () => {
  it("are none before anything was answered, whatever the room", () => {
    for (const system of systems.filter(({ present }) => present(shop))) {
      const context: Context = {
        cluster: shop,
        nowMs: AT_MS,
        samples: {
          latest: () => ({ state: "unknown", reason: "pending", detail: "", atMs: AT_MS }),
          history: () => [],
          link: () => ({ state: "connecting", sinceMs: AT_MS }),
        },
      };
      expect({ [system.id]: system.look(context, (findings) => findings).states }).toEqual({ [system.id]: [] });
    }
  });

  it("host: up, or why not", () => {
    const vitals = hostReply(recorded("host", "vitals.web1.txt"), "", 2);
    const answers = { "host.vitals@web1": vitals, "host.vitals@web2": vitals, "host.vitals@web3": noReply("timeout") };
    expect(statesOf(host, answers, { links: { web2: DOWN } })).toEqual([
      "web1 web1: up [ok]",
      "web2 web2: unknown (network) [unknown]",
      "web3 web3: unknown (timed out) [unknown]",
    ]);
  });

  it("galera: every member, and what they make up", () => {
    const healthy: Answers = Object.fromEntries(
      ["web1", "web2", "web3"].map((name) => [`galera.view@${name}`, view(`healthy/${name}`)]),
    );
    expect(statesOf(galera, healthy)).toEqual([
      "web1 web1: Synced [ok]",
      "web2 web2: Synced [ok]",
      "web3 web3: Synced [ok]",
      "- cluster: 3/3 Primary [ok]",
    ]);
    const odd = {
      ...healthy,
      "galera.view@web1": view("healthy/web1", { wsrep_desync: "ON", read_only: "ON", wsrep_cluster_size: "2" }),
      "galera.view@web2": noReply("auth"),
      "galera.view@web3": noReply("refused"),
      "galera.unit@web3": unit("failed", "failed"),
    };
    expect(statesOf(galera, odd)).toEqual([
      "web1 web1: Synced, desync, read-only [warning]",
      "web2 web2: unknown (login refused) [unknown]",
      "web3 web3: failed [critical]",
      "- cluster: 2/3 Primary [warning]",
    ]);
    const cutOff = ["web1", "web2", "web3"].map((name) => [`galera.view@${name}`, view(`web3-cut-off/${name}`)]);
    expect(statesOf(galera, Object.fromEntries(cutOff))).toEqual([
      "web1 web1: Synced [ok]",
      "web2 web2: Synced [ok]",
      "web3 web3: non-Primary [critical]",
      "- cluster: 2/3 Primary [warning]",
    ]);
  });

  it("gluster: peers, bricks and mounts; what nobody can say has one line", () => {
    const well = statesOf(gluster, pool);
    expect(well.filter((line) => !line.includes("[ok]"))).toEqual([]);
    expect(well.filter((line) => line.startsWith("web2"))).toEqual([
      "web2 peer: connected [ok]",
      "web2 brick /bricks/data/brick: online [ok]",
      "web2 brick /bricks/wp-core/brick: online [ok]",
      "web2 mount /data: mounted [ok]",
      "web2 mount /wp-core: mounted [ok]",
    ]);
    const without = (file: string, what: string) =>
      hostReply(
        recorded("gluster", file)
          .split("\n")
          .filter((line) => !line.includes(what))
          .join("\n"),
      );
    const none = without("healthy/processes.txt", "glusterfsd");
    const unmounted = without("healthy/mountinfo.txt", " /data ");
    expect(statesOf(gluster, { ...pool, "gluster.processes@web2": none, "gluster.mounts@web3": unmounted })).toEqual(
      expect.arrayContaining([
        "web2 brick /bricks/data/brick: offline [critical]",
        "web1 brick /bricks/data/brick: online [ok]",
        "web3 mount /data: not mounted [critical]",
      ]),
    );
    const silent = { ...pool, "gluster.pool@pool": noReply("timeout"), "gluster.heal@volume data": noReply("timeout") };
    expect(statesOf(gluster, silent).filter((line) => line.includes("unknown") || line.includes("peer"))).toEqual([
      "- pool: unknown (timed out) [unknown]",
      "- bricks of data: unknown (timed out) [unknown]",
    ]);
  });

  it("redis: up, down, or not known", () => {
    const instance = { host: "lb1", via: "tunnel", tls: false } as const;
    const cluster: Cluster = {
      ...shop,
      redis: [
        { ...instance, name: "sessions", purpose: "sessions", port: 6_380 },
        { ...instance, name: "cache", purpose: "cache", port: 6_379 },
      ],
    };
    const info = readFileSync(new URL("redis/replies/sessions-6380.info.txt", import.meta.url), "utf8");
    const up: RedisReply = { kind: "redis", values: [info, 98], sentAtMs: AT_MS, receivedAtMs: AT_MS };
    expect(statesOf(redis, { "redis.info@sessions": up, "redis.info@cache": noReply("refused") }, { cluster })).toEqual(
      ["lb1 sessions: up [ok]", "lb1 cache: down, connection refused [critical]"],
    );
    expect(statesOf(redis, { "redis.info@sessions": noReply("unreachable") }, { cluster })).toEqual([
      "lb1 sessions: unknown (network) [unknown]",
    ]);
  });

  it("haproxy: servers as each load balancer sees them, who took them out, and the writer", () => {
    const scene = (name: string): Answers => ({
      "haproxy.stat@lb1": haproxyReply(recorded("haproxy", `${name}.show-stat.txt`)),
      "haproxy.servers_state@lb1": haproxyReply(recorded("haproxy", `${name}.show-servers-state.txt`)),
    });
    expect(statesOf(haproxy, scene("web1-drain.web2-maint"))).toEqual([
      "lb1 lb1: up [ok]",
      "lb1 web/web1: DRAIN, by hand [warning]",
      "lb1 web/web2: MAINT, by hand [warning]",
      "lb1 web/web3: UP [ok]",
      "lb1 mysql/web1: UP [ok]",
      "lb1 mysql/web2: UP [ok]",
      "lb1 mysql/web3: UP [ok]",
      "lb1 writer of mysql: web1 [ok]",
    ]);
    expect(statesOf(haproxy, { ...scene("healthy"), "haproxy.stat@lb1": noReply("refused") })).toEqual([
      "lb1 lb1: down, connection refused [critical]",
    ]);
  });

  it("web: the unit and the health page", () => {
    const answers: Answers = {
      "web.units@web1": hostReply(recorded("web", "units.running.txt")),
      "web.health@web1": httpReply(200, "healthy web1 php 8.2.32\n"),
      "web.units@web2": hostReply(
        recorded("web", "units.running.txt")
          .replace("ActiveState=active", "ActiveState=failed")
          .replace("Result=success", "Result=exit-code"),
      ),
      "web.health@web2": noReply("refused"),
    };
    expect(statesOf(web, answers)).toEqual([
      "web1 apache2: active [ok]",
      "web1 health page: ok [ok]",
      "web2 apache2: failed, exit-code [critical]",
      "web2 health page: fails, refuses connections [critical]",
    ]);
  });

  it("shadow: how the last sync ended, not that one runs", () => {
    const last = (fields: string) => hostReply(`started=${AT_MS / 1_000 - 60}\n${fields}`);
    const answers: Answers = {
      "shadow.last@web1": last(`finished=${AT_MS / 1_000 - 50}\nresult=ok\nexit=0\n`),
      "shadow.last@web2": last("result=running\n"),
      "shadow.last@web3": last(`finished=${AT_MS / 1_000 - 50}\nresult=failed\nexit=23\n`),
    };
    expect(statesOf(shadow, answers)).toEqual(["web1 sync: ok [ok]", "web3 sync: failed, exit code 23 [warning]"]);
  });
});
