import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSecrets, secretFile } from "../../lab/cluster/secrets.ts";
import { serverStates } from "../../lab/services/haproxy.ts";
import { ensureRedis } from "../../lab/services/redis.ts";
import { inHost } from "../../lab/hosts/process.ts";
import { balancer } from "../../lab/topology.ts";
import { dirs, possible } from "./support/watch.ts";

let folder: string;
let inventory: string;

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", inventory], {
    reject: false,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 150_000,
  });

const run = (procedure: string, host: string, ...args: readonly string[]) =>
  midwatch("run", procedure, "--host", host, "--yes", "--reason", "a test", ...args);

/** Bounded traffic with cookies, for as long as the work takes; what it counted. */
const underTraffic = async (seconds: number, work: () => Promise<void>) => {
  const args = ["lab/main.ts", "traffic", "--seconds", String(seconds), "--rate", "20", "--visitors", "60", "--json"];
  const traffic = execa(process.execPath, args, { reject: false, timeout: (seconds + 60) * 1_000 });
  try {
    await work();
  } finally {
    await traffic;
  }
  return JSON.parse((await traffic).stdout.trim().split("\n").at(-1) ?? "{}");
};

const stateOf = async (server: string): Promise<string | undefined> => (await serverStates(balancer)).get(server);

describe.runIf(possible)("drain and return on real HAProxy", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "midwatch-drain-"));
    await ensureRedis(await loadSecrets(dirs.secrets));
    const text = await readFile(dirs.inventory, "utf8");
    inventory = join(folder, "inventory.yaml");
    // A lab that was made before there was an operator's account in Redis names the other one.
    const operator = text
      .replaceAll("user: midwatch\n", "user: midwatch_ops\n")
      .replaceAll(secretFile(dirs.secrets, "redis-midwatch"), secretFile(dirs.secrets, "redis-ops"));
    await writeFile(inventory, operator, { mode: 0o600 });
  });
  afterAll(async () => {
    await run("return", "web2");
    await rm(folder, { recursive: true, force: true });
  });

  test("under traffic with cookies no request fails, and every step is written down", async () => {
    const report = await underTraffic(75, async () => {
      const drained = await run("drain", "web2", "--set", "wait=8s", "--at-deadline", "maint");
      expect(drained.stdout).toContain("done: drain of web2");
      expect(drained.exitCode).toBe(0);
      expect(await stateOf("web/web2")).toMatch(/^(MAINT|DRAIN)/);
      expect(await stateOf("mysql/web2")).toMatch(/^(MAINT|DRAIN)/);
      expect(await stateOf("web/web1")).toBe("UP");
      const returned = await run("return", "web2");
      expect(returned.stdout).toContain("done: return of web2");
      expect(returned.exitCode).toBe(0);
      expect(await stateOf("web/web2")).toBe("UP");
    });
    expect(report).toMatchObject({ failed: 0 });
    expect(report.requests).toBeGreaterThan(500);
    expect(report.byHost.web2).toBeGreaterThan(0);
    const audit = (await midwatch("audit", "--json")).stdout;
    expect(audit).toContain("set server web/web2 state drain");
    expect(await inHost(balancer, "journalctl -t midwatch -o cat --no-pager -n 20")).toContain(
      "set server web/web2 state ready",
    );
  });

  test("killed in the middle, it says so, lets nothing else begin, and is taken back", async () => {
    const child = execa(
      process.execPath,
      ["dist/main.js", "run", "drain", "--host", "web2", "--yes", "--reason", "a test", "-i", inventory],
      { reject: false, env: { XDG_STATE_HOME: folder }, stdin: "ignore", timeout: 60_000 },
    );
    for await (const line of child) {
      if (!line.includes("sent    lb1: set server")) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    expect(await stateOf("web/web2")).toMatch(/^DRAIN/);
    const listed = await midwatch("journal");
    expect(listed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("drain of web2 was cut off") });
    const refused = await run("return", "web2");
    expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringContaining("journal resume") });
    const undone = await midwatch("journal", "undo", "--reason", "a test");
    expect(undone.stdout).toContain("taken back: drain of web2");
    expect(undone.exitCode).toBe(3);
    expect(await stateOf("web/web2")).toBe("UP");
    expect(await stateOf("mysql/web2")).toBe("UP");
  });
});
