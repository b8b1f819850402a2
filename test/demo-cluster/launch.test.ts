import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { launchDemo } from "../../src/demo/launch.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { until } from "./support.ts";

const run = promisify(execFile);

describe("launchDemo", () => {
  it("starts the cluster in a process of its own and takes everything along when it is closed", async () => {
    const demo = await launchDemo({ scenario: "heal-pending" });
    const folder = dirname(demo.inventoryPath);
    try {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      for (const path of [demo.inventoryPath, join(folder, "id_ops"), join(folder, "sql-password")]) {
        expect((await stat(path)).mode & 0o777).toBe(0o600);
      }
      for (const path of [demo.inventoryPath, demo.viewerInventoryPath]) {
        const loaded = await loadInventory(path);
        expect(loaded).toMatchObject({ ok: true, value: [{ name: "shop", demo: false }] });
      }
      expect(demo.scenarios.map(({ name }) => name)).toContain("split-brain");
      await demo.setScenario("split-brain");
      await expect(demo.setScenario("nosuch")).rejects.toThrow(/there is no scenario "nosuch"; there are: healthy,/);
      await demo.setScenario("healthy");
    } finally {
      await demo.close();
    }
    expect(existsSync(folder)).toBe(false);
    await expect(demo.setScenario("healthy")).rejects.toThrow(/has ended/);
  });

  it("says why it cannot start", async () => {
    await expect(launchDemo({ scenario: "nosuch" })).rejects.toThrow(/no scenario "nosuch"/);
  });

  it("ends by itself when its parent is killed", async () => {
    const parent = fork(fileURLToPath(new URL("./orphan-maker.ts", import.meta.url)), { execArgv: [], silent: true });
    const [inventoryPath] = await once(parent, "message");
    expect(existsSync(String(inventoryPath))).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !existsSync(dirname(String(inventoryPath))), "the folder to go");
  });

  it("lets the system's ssh in", async ({ skip }) => {
    const version = await run("ssh", ["-V"]).catch(() => undefined);
    if (version === undefined) skip("no OpenSSH client on this machine");
    const demo = await launchDemo();
    try {
      const folder = dirname(demo.inventoryPath);
      const knownHosts = join(folder, "known_hosts");
      const port = /^\[127\.0\.0\.1\]:(\d+)/.exec(await readFile(knownHosts, "utf8"))?.[1] ?? "";
      const options = ["-o", `UserKnownHostsFile=${knownHosts}`, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"];
      const args = ["-F", "none", "-i", join(folder, "id_ops"), ...options, "-p", port, "ops@127.0.0.1", "hostname"];
      expect(await run("ssh", args)).toMatchObject({ stdout: "web1\n" });
    } finally {
      await demo.close();
    }
  });
});
