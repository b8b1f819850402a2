import { describe, expect, it } from "vitest";
import { useRehearsal } from "./support/rehearsal.ts";

const { demo, on } = useRehearsal();
const midwatch = on("one");

const run = (...args: readonly string[]) =>
  midwatch("run", ...args, "--yes", "--reason", "a test", "--take-over", "a test");

describe("repairs on the embedded cluster", { timeout: 150_000 }, () => {
  it("enables the PHP an upgrade brought, with the settings it left behind, and takes a change of mind back", async () => {
    await demo().setScenario("php-module-lost");
    const repaired = await run("php-module", "--host", "web2", "--set", "settings=carry");
    expect(repaired.all).toContain("it serves nobody: its health page");
    expect(repaired.all).toContain("memory_limit: 256M in /etc/php/8.2/apache2/php.ini, 128M in /etc/php/8.4");
    expect(repaired.all).not.toContain("auth=");
    expect(repaired.all).toContain("done: PHP 8.4 by its module on web2");
    expect(repaired.exitCode).toBe(0);
    const again = await run("php-module", "--host", "web2");
    expect(again).toMatchObject({ exitCode: 77, all: expect.stringContaining("nothing to do") });
    await demo().setScenario("healthy");
  });

  it("goes on where it was killed, and goes back to where it began", async () => {
    const child = run("php-module", "--host", "web1", "--set", "way=fpm", "--set", "settings=carry");
    for await (const line of child) {
      if (!line.includes("sent    web1: sudo /usr/sbin/a2dismod")) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    const resumed = await midwatch("journal", "resume", "--reason", "a test");
    expect(resumed.all).not.toContain("a2dismod");
    expect(resumed.all).toContain("done: PHP 8.2 by FPM on web1");
    const back = run("php-module", "--host", "web1", "--set", "way=prefork");
    for await (const line of back) {
      if (!line.includes("sent    web1: sudo /usr/bin/systemctl --no-block reload")) continue;
      back.kill("SIGKILL");
      break;
    }
    await back;
    const undone = await midwatch("journal", "undo", "--reason", "a test");
    // Links first, and Apache takes them up when they are all back.
    expect(undone.all).toMatch(/a2dismod -q -f php8\.2[^]*a2enconf -q php8\.2-fpm[^]*systemctl --no-block reload/);
    expect(undone.exitCode).toBe(3);
    await demo().setScenario("healthy");
  });

  it("clears a desync that was left on", async () => {
    await demo().setScenario("desync-left");
    const cleared = await run("desync", "--host", "web3");
    expect(cleared.all).toContain("sent    web3: SET GLOBAL wsrep_desync = OFF");
    expect(cleared.exitCode).toBe(0);
    expect(await run("desync", "--host", "web3")).toMatchObject({ exitCode: 77 });
    await demo().setScenario("healthy");
  });

  it("restarts a reader of the database, and neither its writer nor a service nobody names", async () => {
    const reader = await run("restart", "--host", "web2", "--set", "service=mariadb");
    expect(reader.all).toContain("done: restart of mariadb on web2");
    expect(reader.all).toMatch(/see 3 in the cluster: web1 3, web2 3, web3 3/);
    const writer = await run("restart", "--host", "web1", "--set", "service=mariadb");
    expect(writer.all).toContain("first: midwatch run drain --host web1");
    expect(writer.exitCode).toBe(1);
    expect(await run("restart", "--host", "web1")).toMatchObject({
      exitCode: 77,
      all: expect.stringContaining("--set service=NAME, one of apache2, mariadb, glusterd, cron"),
    });
    expect(await run("restart", "--host", "lb1", "--set", "service=redis-sessions")).toMatchObject({ exitCode: 77 });
  });

  it("heals a volume to zero, and refuses one in split-brain with the paths", async () => {
    await demo().setScenario("heal-pending");
    const healed = await run("heal", "--set", "volume=wp-core");
    expect(healed.all).toContain("nothing is left to heal: 0 to heal");
    expect(healed.exitCode).toBe(0);
    await demo().setScenario("split-brain");
    const refused = await run("heal", "--set", "volume=data");
    expect(refused.all).toMatch(/2 files: .*menu\.pdf.*By hand.*split-brain latest-mtime/);
    expect(refused.exitCode).toBe(1);
    await demo().setScenario("healthy");
  });
});
