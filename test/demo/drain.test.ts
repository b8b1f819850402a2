import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../src/connect/command.ts";
import { openDoor } from "../../src/connect/control.ts";
import { grantOperator } from "../../src/connect/grant.ts";
import { openSshSessions } from "../../src/connect/ssh/sessions.ts";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { takeClusterLock } from "../../src/record/lock.ts";
import { replay, type Standing } from "../../src/record/replay.ts";
import { setServerState } from "../../src/systems/haproxy/changes.ts";
import { serverStatesIn } from "./support/server-states.ts";

let demo: LaunchedDemo;
let folder: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-drain-"));
}, 60_000);
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const start = (inventory: string, ...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", inventory], {
    reject: false,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 60_000,
  });

const midwatch = (...args: readonly string[]) => start(demo.inventoryPath, ...args);

const run = (procedure: string, host: string, ...args: readonly string[]) =>
  midwatch("run", procedure, "--host", host, "--yes", "--reason", "a test", ...args);

/** `web/web2` → status, by a midwatch that only looks. */
const states = async (): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await midwatch("status", "--json");
  return serverStatesIn(stdout);
};

const openDemoDoor = async () => {
  const loaded = await loadInventory(demo.inventoryPath);
  const [cluster] = loaded.ok ? loaded.value : [];
  if (cluster === undefined) throw new Error("no cluster");
  const granted = grantOperator(cluster, "alex", "a test");
  if (!granted.ok) throw new Error(granted.why);
  const sessions = openSshSessions(cluster);
  const door = openDoor(cluster, sessions, granted.grant);
  return {
    cluster,
    door,
    close: async () => {
      door.close();
      await sessions.close();
    },
  };
};

/** As somebody does it on the load balancer, beside every procedure. */
const drainByHand = async (server: string): Promise<void> => {
  const { door, close } = await openDemoDoor();
  try {
    const out = ask(setServerState, { proxy: "web", server, state: "drain" });
    expect(await door.send({ target: "lb1", ask: out })).toMatchObject({ state: "done" });
  } finally {
    await close();
  }
};

const reports = async (): Promise<string> => {
  const at = join(folder, "midwatch", "shop", "reports");
  const names = (await readdir(at)).toSorted();
  return readFile(join(at, names.at(-1) ?? ""), "utf8");
};

/** What a failed test left open would keep the next one out. */
const isUnfinished = async (): Promise<boolean> => {
  const at = join(folder, "midwatch", "shop", "journal");
  const names = await readdir(at).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(at, name), "utf8")));
  return texts.some((text) => !text.includes('"kind":"closed"'));
};

describe("midwatch run on the embedded cluster", { timeout: 150_000 }, () => {
  // The scenario puts every server back: no test has to return what it drained.
  afterEach(async () => {
    if (await isUnfinished()) await midwatch("journal", "undo", "--reason", "after a test");
    await demo.setScenario("healthy");
  }, 60_000);

  it("drains a host on every proxy and returns it, in writing", async () => {
    const drained = await run("drain", "web2", "--set", "wait=30s");
    expect(drained.stdout).toContain("done: drain of web2");
    expect(drained.exitCode).toBe(0);
    expect(await states()).toMatchObject({ "web/web2": "DRAIN", "mysql/web2": "DRAIN", "web/web1": "UP" });
    expect(await reports()).toMatch(/set server web\/web2 state drain` \| done/);
    const returned = await run("return", "web2");
    expect(returned.stdout).toContain("done: return of web2");
    expect(returned.exitCode).toBe(0);
    expect(await states()).toMatchObject({ "web/web2": "UP", "mysql/web2": "UP" });
  });

  it("shows the plan and the gates, and sends nothing, on a dry run", async () => {
    const { stdout, exitCode } = await midwatch("run", "drain", "--host", "web3", "--dry-run");
    expect(stdout).toContain("sends  lb1: set server web/web3 state drain");
    expect(stdout).toContain("nothing was sent");
    expect(exitCode).toBe(0);
  });

  it("begins nothing while the verdict is NO", async () => {
    await demo.setScenario("member-non-primary");
    const refused = await run("drain", "web1");
    expect(refused.stdout).toContain("nothing was sent");
    expect(refused.exitCode).toBe(1);
    expect(await states()).toMatchObject({ "web/web1": "UP" });
  });

  it("never takes the last backend, whoever types what", async () => {
    await demo.setScenario("drained-and-forgotten");
    expect(await midwatch("verdict", "web1")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("until web2 serves again: web would have only web3 left on lb1"),
    });
    await drainByHand("web1");
    const refused = await run("drain", "web3", "--override", "web3");
    expect(refused.stdout).toContain("the last one that is up: web/web3 on lb1");
    expect(refused.exitCode).toBe(1);
    expect(await states()).toMatchObject({ "web/web3": "UP", "web/web2": "DRAIN", "web/web1": "DRAIN" });
  });

  it("moves the database's writer first, writes the states down, and takes all of it back", async () => {
    const child = run("drain", "web1", "--set", "wait=120s", "--set", "writer=end");
    for await (const line of child) {
      // The plan, printed before, has the same words.
      if (!/^step .*wait for its sessions to end/.test(line)) continue;
      child.kill("SIGKILL");
      break;
    }
    const { stdout } = await child;
    expect(stdout.indexOf("set server mysql/web1 state drain")).toBeLessThan(
      stdout.indexOf("sent    lb1: set server web/web1 state drain"),
    );
    expect(stdout).toContain("new database connections go to another member: mysql on lb1: web2");
    expect(stdout).toContain("sent    lb1: shutdown sessions server mysql/web1");
    expect(stdout).toContain("a reload of HAProxy keeps this: /var/lib/haproxy/server-state on lb1");
    const undone = await midwatch("journal", "undo", "--reason", "a test");
    expect(undone.stdout).toMatch(/state ready[^]*state ready[^]*back {4}lb1: sudo \/usr\/bin\/perl/);
    expect(undone.exitCode).toBe(3);
    expect(await states()).toMatchObject({ "web/web1": "UP", "mysql/web1": "UP" });
  });

  it("refuses a viewer and --read-only, and writes the refusal down", async () => {
    const viewer = await start(demo.viewerInventoryPath, "run", "drain", "--host", "web2", "--yes", "--reason", "x");
    expect(viewer).toMatchObject({ exitCode: 77, stderr: expect.stringContaining("viewer") });
    expect(await run("drain", "web2", "--read-only")).toMatchObject({ exitCode: 77 });
    const audit = (await midwatch("audit")).stdout;
    expect(audit.match(/refused drain of web2/g)).toHaveLength(2);
    expect(await states()).toMatchObject({ "web/web2": "UP" });
  });

  it("sends nothing without the lock, unless somebody answers for it in writing", async () => {
    // The account that only looks: Redis itself refuses it the lock.
    const text = (await readFile(demo.inventoryPath, "utf8"))
      .replaceAll("user: midwatch_ops\n        password: file:", "user: midwatch\n        password: file:")
      .replaceAll("redis-operator-password", "redis-password");
    const inventory = join(folder, "inventory.yaml");
    await writeFile(inventory, text, { mode: 0o600 });
    const drain = ["run", "drain", "--host", "web2", "--yes", "--reason", "x", "--set", "wait=30s"] as const;
    const refused = await start(inventory, ...drain);
    expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringContaining("the cluster's lock") });
    expect(await states()).toMatchObject({ "web/web2": "UP" });
    expect(await start(inventory, ...drain, "--without-lock", "Redis is down, sam knows")).toMatchObject({
      exitCode: 0,
    });
    expect((await midwatch("audit")).stdout).toContain("without-lock Redis is down, sam knows");
  });

  it.each(["resume", "undo"])("after a kill in the middle: %s", async (way) => {
    const child = run("drain", "web2", "--set", "wait=30s");
    for await (const line of child) {
      if (!line.includes("sent    lb1: set server")) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    expect(await midwatch("journal")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("drain of web2 was cut off"),
    });
    expect(await run("drain", "web3")).toMatchObject({ exitCode: 77 });
    const ended = await midwatch("journal", way, "--reason", "a test");
    expect(ended.stdout).toContain(way === "resume" ? "done: drain of web2" : "taken back: drain of web2");
    expect(await states()).toMatchObject({ "web/web2": way === "resume" ? "DRAIN" : "UP" });
  });
});

const standingOf = (id: string, operator: string): Standing => {
  const hand = { operator, machine: "bastion", pid: 1, reason: "a test" };
  const opened = { procedure: "drain", subject: "web2", cluster: "shop", params: {}, steps: [] };
  const standing = replay([JSON.stringify({ kind: "opened", atMs: 1, v: 1, id, ...opened, ...hand })]);
  if (standing === undefined) throw new Error("no journal");
  return standing;
};

describe("the cluster's lock", () => {
  it("is one operator's at a time, is taken over in the open, and then obeys nobody else", async () => {
    const { cluster, door, close } = await openDemoDoor();
    const take = (operator: string, procedure: string, takeOver = false) =>
      takeClusterLock({
        door,
        instance: "sessions",
        cluster: cluster.name,
        procedure,
        title: `drain of ${procedure}`,
        hand: { operator, machine: "bastion", pid: 1 },
        takeOver,
      });
    try {
      const first = await take("alex", "one");
      if (!first.ok) throw new Error(first.why);
      await first.lock.note(standingOf("one", "alex"));
      expect(await take("sam", "two")).toMatchObject({
        ok: false,
        state: "held",
        why: expect.stringContaining("alex"),
      });
      expect(await first.lock.forbidden()).toBeUndefined();
      const second = await take("sam", "two", true);
      if (!second.ok) throw new Error(second.why);
      expect(second.lock.fence).toBeGreaterThan(first.lock.fence);
      expect(await first.lock.forbidden()).toContain("no longer ours");
      await first.lock.release(true);
      expect(await second.lock.forbidden()).toBeUndefined();
      await second.lock.note(standingOf("two", "sam"));
      await second.lock.release(false);
      expect(await take("alex", "three")).toMatchObject({
        ok: false,
        state: "unfinished",
        why: expect.stringContaining("sam"),
      });
      const again = await take("sam", "two");
      if (!again.ok) throw new Error(again.why);
      await again.lock.release(true);
      const last = await take("alex", "three");
      expect(last.ok).toBe(true);
      if (last.ok) await last.lock.release(true);
    } finally {
      await close();
    }
  });
});
