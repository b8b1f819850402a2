import { describe, expect, it } from "vitest";
import { useRehearsal } from "./support/rehearsal.ts";

const { demo, on } = useRehearsal();
const midwatch = on("one");

const sync = (...args: readonly string[]) => midwatch("run", "sync", "--yes", "--reason", "a test", ...args);

describe("the shadow sync on the embedded cluster", { timeout: 150_000 }, () => {
  it("counts first, copies on the master, and shows that nothing differs anywhere", async () => {
    await demo().setScenario("shadow-stale");
    const { stdout, exitCode } = await sync();
    expect(stdout).toMatch(/dry run on web1: \d+ files to change, 4 to delete/);
    expect(stdout).toContain("systemd-run --quiet --unit=midwatch-sync-web1");
    expect(stdout).toContain("nothing differs on web3: 0 to change, 0 to delete");
    expect(stdout).toContain("done: sync of shop");
    expect(exitCode).toBe(0);
    const units = await midwatch("status", "--json");
    expect(units.stdout).not.toContain("midwatch-sync");
    await demo().setScenario("healthy");
  });

  it("wants the number of deletions typed when they are more than the limit", async () => {
    await demo().setScenario("shadow-stale");
    const refused = await sync("--set", "host=web1", "--set", "deletions=3");
    expect(refused.stdout).toContain("nothing was sent");
    expect(refused.exitCode).toBe(1);
    const wrong = await sync("--set", "host=web1", "--set", "deletions=3", "--override", "web1");
    expect(wrong.exitCode).toBe(1);
    const typed = await sync("--set", "host=web1", "--set", "deletions=3", "--override", "4");
    expect(typed.stdout).toContain("done: sync of web1");
    expect(typed.exitCode).toBe(0);
    await demo().setScenario("healthy");
  });

  it("does not begin while files are being healed", async () => {
    await demo().setScenario("heal-pending");
    const { stdout, exitCode } = await sync("--dry-run");
    expect(stdout).toMatch(/wp-core has nothing to heal: \d+ to heal/);
    expect(exitCode).toBe(1);
    await demo().setScenario("healthy");
  });

  it("takes only origins of the sync", async () => {
    const { stderr, exitCode } = await sync("--set", "host=lb1");
    expect(stderr).toContain("lb1 is no origin of the shadow sync; they are web1, web2, web3");
    expect(exitCode).toBe(77);
  });
});
