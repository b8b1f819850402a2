import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../lab/hosts/process.ts";
import { remount } from "../../lab/services/gluster.ts";
import { lastSync, runSync } from "../../lab/services/shadow.ts";
import { masterHost, webHosts } from "../../lab/topology.ts";
import { dirs, possible } from "./support/watch.ts";

let folder: string;

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", dirs.inventory], {
    reject: false,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 150_000,
  });

const sync = (...args: readonly string[]) => midwatch("run", "sync", "--yes", "--reason", "a test", ...args);

/** What midwatch typed in must reach the script's own limit. */
const heedsEnvironment = () =>
  inHost(
    masterHost,
    "sed -i 's/^MAX_DELETE=100$/MAX_DELETE=${MAX_DELETE:-100}/' /etc/cronwrap/sync-sites.conf; grep -q ':-100' /etc/cronwrap/sync-sites.conf",
  );

describe.runIf(possible)("the shadow sync on real rsync, GlusterFS and systemd", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "midwatch-sync-"));
    // Cron's own run would be first.
    await inHost(masterHost, "systemctl stop cron");
    await runSync();
  });
  afterAll(async () => {
    // What a failed test leaves unfinished must keep nobody else out.
    await midwatch("journal", "leave", "--reason", "after a test");
    await inHost(
      masterHost,
      "rm -rf /wp-core/old; systemctl start cron; sed -i 's/^MAX_DELETE=.*/MAX_DELETE=100/' /etc/cronwrap/sync-sites.conf",
    );
    await runSync();
    await rm(folder, { recursive: true, force: true });
  });

  test("brings what the master has to every origin, and says what it copied", async () => {
    await inHost(
      masterHost,
      "mkdir -p /var/www/shop/news; for i in $(seq 25); do echo $i > /var/www/shop/news/$i.txt; done",
    );
    const { stdout, exitCode } = await sync();
    expect(stdout).toMatch(new RegExp(`dry run on ${masterHost.name}: \\d+ files to change, 0 to delete`));
    expect(stdout).toContain(`done: sync of`);
    expect(exitCode).toBe(0);
    for (const host of webHosts) expect(await inHost(host, "ls /var/www/shop/news | wc -l")).toContain("25");
    expect(await lastSync()).toMatchObject({ result: "ok" });
    expect(await inHost(masterHost, "systemctl list-units --all --no-legend 'midwatch-*'")).toBe("");
  });

  test("refuses a target that is not mounted, and nothing is copied", async () => {
    await inHost(masterHost, "umount -l /wp-core");
    try {
      const { stderr, exitCode } = await sync();
      expect(stderr).toContain(`/wp-core is not mounted on ${masterHost.name}`);
      expect(exitCode).toBe(77);
      expect(await inHost(masterHost, "ls -A /wp-core | wc -l")).toMatch(/^0/);
    } finally {
      await remount(masterHost);
    }
  });

  test("thousands of deletions are typed; killed in the middle they go on, and it is resumed", async () => {
    await heedsEnvironment();
    await inHost(masterHost, "mkdir -p /wp-core/old && cd /wp-core/old && seq 1500 | xargs touch", {
      timeoutMs: 60_000,
    });
    const refused = await sync();
    expect(refused.stdout).toContain("1,501 files would be deleted");
    expect(refused.stdout).toContain("nothing was sent");
    expect(refused.exitCode).toBe(1);
    expect(await inHost(masterHost, "ls /wp-core/old | wc -l")).toContain("1500");
    const child = sync("--override", "1501");
    for await (const line of child) {
      if (!/sent .*systemd-run/.test(line)) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    const resumed = await midwatch("journal", "resume", "--reason", "a test");
    expect(`${resumed.stdout}${resumed.stderr}`).toContain("done: sync of");
    expect(resumed.exitCode).toBe(0);
    expect(await inHost(masterHost, "ls -d /wp-core/old /var/www/old 2>/dev/null | wc -l")).toMatch(/^0/);
    expect(await lastSync()).toMatchObject({ result: "ok", deleted: "1501" });
  });
});
