import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labDirs } from "../../lab/dirs.ts";
import { inHost } from "../../lab/hosts/process.ts";
import { waitFor } from "../../lab/machine/wait.ts";
import { ensureGalera, isSynced, memberView } from "../../lab/services/galera.ts";
import { balancer, hostNamed, type LabHost } from "../../lab/topology.ts";
import type { Outcome, ReadAccess } from "../../src/connect/access.ts";
import type { Ask } from "../../src/connect/command.ts";
import { openAccess } from "../../src/connect/open.ts";
import type { Cluster, HaproxyVia } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { gist, haproxyAsk, httpAsk, redisAsk, sqlAsk } from "../connect/support/asks.ts";

/** The connectors against the real daemons, through real sshd; needs `npm run lab up`. */
const open: ReadAccess[] = [];

const describedBy = async (path: string): Promise<Cluster> => {
  const loaded = await loadInventory(path);
  const [cluster] = loaded.ok ? loaded.value : [];
  if (cluster === undefined) throw new Error(`${path} describes no cluster`);
  return cluster;
};

const accessTo = (cluster: Cluster): ReadAccess => {
  const access = openAccess(cluster);
  open.push(access);
  return access;
};

const outcomeOf = async (access: ReadAccess, target: string, one: Ask<"read">): Promise<Outcome> => {
  const got: Outcome[] = [];
  await access.ask(target, [one], (_ask, outcome) => got.push(outcome));
  const [first] = got;
  if (first === undefined || got.length > 1) throw new Error(`delivered ${got.length} times`);
  return first;
};

/** Two columns as one record. */
const pairs = (outcome: Outcome): Readonly<Record<string, string | null>> => {
  if (!outcome.ok || outcome.reply.kind !== "sql") throw new Error(JSON.stringify(outcome));
  return Object.fromEntries(
    outcome.reply.rows.map((row) => {
      const [name, value] = Object.values(row);
      return [name ?? "", value ?? null];
    }),
  );
};

const lab = (name: string): LabHost => {
  const host = hostNamed(name);
  if (host === undefined) throw new Error(`the lab has no ${name}`);
  return host;
};

const dirs = labDirs(process.env);
const web3 = lab("web3");
const wsrep = sqlAsk("SHOW GLOBAL STATUS LIKE 'wsrep%'");
let cluster: Cluster;
let access: ReadAccess;

beforeAll(async () => {
  cluster = await describedBy(dirs.inventory);
  access = accessTo(cluster);
});

afterAll(async () => {
  for (const one of open) await one.close();
  await ensureGalera();
});

describe("MariaDB", () => {
  test.each(["web1", "web2", "web3"])("%s says through the tunnel what it says at home", async (name) => {
    const told = pairs(await outcomeOf(access, name, wsrep));
    const athome = await memberView(lab(name));
    for (const key of ["wsrep_cluster_state_uuid", "wsrep_cluster_conf_id", "wsrep_cluster_size", "wsrep_ready"])
      expect(told[key]).toBe(athome?.[key]);
  });

  test.each(["direct", "socket"] as const)("also %s", async (via) => {
    const { galera } = cluster;
    if (galera === undefined) throw new Error("the lab has Galera");
    const other = accessTo({ ...cluster, galera: { ...galera, via } });
    expect(pairs(await outcomeOf(other, "web1", wsrep))["wsrep_cluster_status"]).toBe("Primary");
  });

  test("runs with the session prepared", async () => {
    const asked = sqlAsk("SELECT @@wsrep_dirty_reads d, @@wsrep_sync_wait s, @@max_statement_time m, @@wait_timeout w");
    expect(gist(await outcomeOf(access, "web1", asked))).toEqual([{ d: "1", s: "0", m: "10.000000", w: "300" }]);
  });

  test("refuses what was not granted, a wrong password, and is told so in words", async () => {
    expect(await outcomeOf(access, "web1", sqlAsk("SELECT * FROM mysql.user"))).toMatchObject({
      reason: "privilege",
      fix: expect.stringContaining("GRANT PROCESS ON *.* TO"),
    });
    const { galera } = cluster;
    if (galera === undefined) throw new Error("the lab has Galera");
    process.env["MIDWATCH_TEST_WRONG"] = "not the password";
    const password = { from: "env", name: "MIDWATCH_TEST_WRONG" } as const;
    const stranger = accessTo({ ...cluster, galera: { ...galera, password } });
    const refused = await outcomeOf(stranger, "web1", wsrep);
    expect(refused).toMatchObject({ reason: "auth", detail: expect.stringContaining(`'${galera.user}'@'`) });
    expect(JSON.stringify(refused)).not.toContain("not the password");
  });
});

describe("a member in trouble", () => {
  test("cut off from the group it still tells its own view, tables included", async () => {
    await inHost(web3, `mariadb -e "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'"`);
    try {
      await waitFor(
        "web3 is alone",
        async () =>
          pairs(await outcomeOf(access, "web3", wsrep))["wsrep_cluster_status"] === "non-Primary" || undefined,
        { timeoutMs: 60_000 },
      );
      const schema = sqlAsk("SELECT variable_name, variable_value FROM information_schema.global_status");
      expect(pairs(await outcomeOf(access, "web3", schema))["WSREP_READY"]).toBe("OFF");
      // Only dirty reads open an ordinary table there; what is still refused is refused for want of a grant.
      expect(await outcomeOf(access, "web3", sqlAsk("SELECT 1 FROM mysql.user"))).toMatchObject({
        reason: "privilege",
      });
    } finally {
      await inHost(web3, `mariadb -e "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"`);
      await waitFor("web3 is back", async () => isSynced(await memberView(web3)) || undefined, { timeoutMs: 90_000 });
    }
    expect(pairs(await outcomeOf(access, "web3", wsrep))["wsrep_cluster_status"]).toBe("Primary");
  });

  test("stopped in its tracks it costs its own ask the deadline, and nobody else's", async () => {
    await outcomeOf(access, "web3", wsrep);
    await inHost(web3, "pkill -STOP -x mariadbd");
    try {
      const started = performance.now();
      const [stuck, well] = await Promise.all([
        outcomeOf(access, "web3", sqlAsk("SHOW GLOBAL STATUS LIKE 'wsrep%'", 1_500)),
        outcomeOf(access, "web2", wsrep).then((outcome) => ({ outcome, ms: performance.now() - started })),
      ]);
      expect(stuck).toMatchObject({ ok: false, reason: "timeout" });
      expect(well.outcome.ok).toBe(true);
      expect(well.ms).toBeLessThan(1_500);
    } finally {
      await inHost(web3, "pkill -CONT -x mariadbd");
    }
    await waitFor("web3 answers again", async () => (await outcomeOf(access, "web3", wsrep)).ok || undefined, {
      timeoutMs: 10_000,
    });
  });

  test("stopped it refuses, and is seen again soon after its start", async () => {
    await inHost(web3, "systemctl stop mariadb", { timeoutMs: 60_000 });
    expect(await outcomeOf(access, "web3", wsrep)).toMatchObject({ ok: false, reason: "refused" });
    await inHost(web3, "systemctl start mariadb", { timeoutMs: 120_000 });
    const started = performance.now();
    await waitFor("web3 answers again", async () => (await outcomeOf(access, "web3", wsrep)).ok || undefined, {
      timeoutMs: 5_000,
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("Redis", () => {
  test.each(["cache", "sessions"])("%s answers a pipeline", async (instance) => {
    const values = gist(await outcomeOf(access, instance, redisAsk([["INFO", "server"], ["DBSIZE"], ["PING"]])));
    expect(values).toEqual([expect.stringContaining("redis_version:"), expect.any(Number), "PONG"]);
  });

  test("refuses calls that were not granted, and wrong logins", async () => {
    expect(gist(await outcomeOf(access, "cache", redisAsk([["KEYS", "*"]])))).toMatchObject({
      reason: "privilege",
      fix: `ACL SETUSER ${cluster.redis[0]?.user} +info +dbsize`,
    });
    const [cache] = cluster.redis;
    if (cache === undefined) throw new Error("the lab has Redis");
    const { password, user, ...anonymous } = cache;
    expect([password, user]).not.toContain(undefined);
    const nobody = accessTo({ ...cluster, redis: [anonymous] });
    expect(await outcomeOf(nobody, cache.name, redisAsk([["INFO"]]))).toMatchObject({
      reason: "auth",
      fix: `set redis.${cache.name}.password in the inventory`,
    });
    const stranger = accessTo({ ...cluster, redis: [{ ...cache, user: "stranger" }] });
    expect(await outcomeOf(stranger, cache.name, redisAsk([["INFO"]]))).toMatchObject({
      reason: "auth",
      detail: expect.stringContaining("refuses user stranger or its password"),
    });
  });
});

describe("HAProxy and the sites", () => {
  const by = (via: HaproxyVia): ReadAccess => {
    const { haproxy } = cluster;
    if (haproxy === undefined) throw new Error("the lab has HAProxy");
    return accessTo({ ...cluster, haproxy: { ...haproxy, loadBalancers: [{ host: balancer.name, via }] } });
  };
  const socket: HaproxyVia = { kind: "socket", path: "/run/haproxy/admin.sock" };
  const tcp: HaproxyVia = { kind: "tcp", host: balancer.address, port: 9_999 };
  const stats: HaproxyVia = { kind: "stats", url: "http://127.0.0.1:8404/stats" };

  test.each([socket, tcp, stats])("show stat by %j", async (via) => {
    const text = gist(await outcomeOf(by(via), balancer.name, haproxyAsk("show stat")));
    expect(text).toMatch(/^# pxname,svname,/);
    expect(text).toMatch(/^web,web1,/m);
  });

  test("three commands of one batch each get their own reply", async () => {
    const texts = new Map<string, unknown>();
    const asks = ["show info", "show stat", "show servers state"].map((line) => haproxyAsk(line));
    await by(socket).ask(balancer.name, asks, (one, outcome) => texts.set(one.commandId, gist(outcome)));
    expect(texts.get("test.show info")).toMatch(/^Name: HAProxy\n/);
    expect(texts.get("test.show stat")).toMatch(/^# pxname/);
    expect(texts.get("test.show servers state")).toMatch(/^1\n# be_id/);
  });

  test("a site's page, asked as its host sees it", async () => {
    const { web } = cluster;
    if (web === undefined) throw new Error("the lab has sites");
    const page = httpAsk(web.healthUrl, web.hostHeader === undefined ? {} : { hostHeader: web.hostHeader });
    expect(gist(await outcomeOf(access, "web1", page))).toEqual({
      status: 200,
      body: expect.stringContaining("healthy"),
    });
  });

  test("a port nobody listens on", async () => {
    expect(await outcomeOf(access, "web1", httpAsk("http://127.0.0.1:81/"))).toMatchObject({ reason: "refused" });
  });
});

describe("a viewer", () => {
  test("gets every answer its account may have", async () => {
    const viewer = accessTo(await describedBy(dirs.viewerInventory));
    expect(pairs(await outcomeOf(viewer, "web1", wsrep))["wsrep_cluster_status"]).toBe("Primary");
    expect((await outcomeOf(viewer, "sessions", redisAsk([["INFO"], ["DBSIZE"]]))).ok).toBe(true);
    expect((await outcomeOf(viewer, balancer.name, haproxyAsk("show stat"))).ok).toBe(true);
    expect(await outcomeOf(viewer, balancer.name, haproxyAsk("show servers state"))).toMatchObject({
      reason: "missing",
    });
  });
});
