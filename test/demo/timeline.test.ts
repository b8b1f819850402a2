import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

let demo: LaunchedDemo;
let state: string;

beforeAll(async () => {
  demo = await launchDemo();
  state = await mkdtemp(join(tmpdir(), "midwatch-state-"));
});
afterAll(async () => {
  await demo.close();
  await rm(state, { recursive: true });
});

const start = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args], {
    reject: false,
    env: { XDG_STATE_HOME: state, TERM: "dumb" },
    stdin: "ignore",
    timeout: 55_000,
  });

const timeline = async (...args: readonly string[]) =>
  (await start("timeline", "-i", demo.inventoryPath, ...args)).stdout.split("\n").filter((line) => line !== "");

/** Waits until a line of the timeline matches, and returns it. */
const told = (wanted: RegExp): Promise<string> =>
  vi.waitFor(
    async () => {
      const lines = await timeline();
      const line = lines.find((each) => wanted.test(each));
      if (line === undefined) throw new Error(`no ${wanted} in\n${lines.join("\n")}`);
      return line;
    },
    { timeout: 25_000, interval: 300 },
  );

/** Resolves when the watch has printed, so that everything has been asked once. */
const firstPrint = async (child: ReturnType<typeof start>): Promise<void> => {
  await new Promise((resolve) => {
    child.stdout.once("data", resolve);
  });
};

describe("the timeline of the embedded cluster", () => {
  it("has a line where a server is drained and comes back, and nothing else", async () => {
    const watch = start("status", "--watch", "-i", demo.inventoryPath);
    await firstPrint(watch);
    await demo.setScenario("drained-and-forgotten");
    expect(await told(/DRAIN/)).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}WARNING +lb1 +haproxy +web\/web2 UP → DRAIN, by hand$/,
    );
    await demo.setScenario("healthy");
    await told(/OK +lb1 +haproxy +web\/web2 DRAIN → UP$/);
    watch.kill("SIGTERM");
    await watch;
    const events = (await timeline("--json")).map((line) => JSON.parse(line));
    expect(
      events.map(({ system, host, subject, from, to, severity }) => ({ system, host, subject, from, to, severity })),
    ).toEqual([
      { system: "midwatch", subject: "midwatch", to: "started watching", severity: "ok" },
      { system: "haproxy", host: "lb1", subject: "web/web2", from: "UP", to: "DRAIN, by hand", severity: "warning" },
      { system: "haproxy", host: "lb1", subject: "web/web2", from: "DRAIN", to: "UP", severity: "ok" },
      { system: "midwatch", subject: "midwatch", to: "stopped watching", severity: "info" },
    ]);
    expect(await timeline("--since", "1ms")).toEqual([expect.stringContaining("nothing in the last 1ms")]);
  });

  it("tells of a host that is gone once, and what the others make of it", async () => {
    const watch = start("status", "--watch", "-i", demo.inventoryPath);
    await firstPrint(watch);
    await demo.setScenario("node-down");
    await told(/UNKNOWN +web3 +host +up → unknown \(network\)$/);
    await told(/WARNING +galera +cluster 3\/3 Primary → 2\/3 Primary$/);
    await told(/WARNING +lb1 +haproxy +web\/web3 UP → DOWN/);
    await demo.setScenario("healthy");
    await told(/OK +web3 +host +unknown \(network\) → up$/);
    watch.kill("SIGTERM");
    await watch;
    // Its own member, units, mounts and syncs were out of sight with it, which its own line says.
    expect((await timeline()).filter((line) => /UNKNOWN +web3 +(?! |host )/.test(line))).toEqual([]);
  });

  it("says what is wrong with what it is asked", async () => {
    const { stderr, exitCode } = await start("timeline", "-i", demo.inventoryPath, "--since", "yesterday");
    expect(exitCode).toBe(64);
    expect(stderr).toContain("--since yesterday");
  });
});

describe("a demo", () => {
  it("leaves nothing behind: its timeline is in memory only", async () => {
    const child = execa(process.execPath, ["dist/main.js", "demo"], {
      reject: false,
      env: { XDG_STATE_HOME: join(state, "demo"), TERM: "dumb" },
      stdin: "ignore",
      timeout: 40_000,
    });
    await new Promise((resolve) => {
      child.stdout.once("data", resolve);
    });
    child.kill("SIGTERM");
    expect((await child).stdout).toContain("DEMO");
    expect(existsSync(join(state, "demo"))).toBe(false);
  });
});
