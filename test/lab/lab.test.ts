import { stat } from "node:fs/promises";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSecrets } from "../../lab/cluster/secrets.ts";
import { labDirs } from "../../lab/dirs.ts";
import { cableOf } from "../../lab/hosts/network.ts";
import { run } from "../../lab/machine/exec.ts";
import { redisCli } from "../../lab/services/redis.ts";
import { REDIS, webHosts } from "../../lab/topology.ts";
import { loadInventory } from "../../src/inventory/load.ts";

const dirs = labDirs(process.env);
const possible = process.getuid?.() === 0 && (await stat("/etc/debian_version").catch(() => undefined)) !== undefined;
if (!possible) console.warn("SKIPPED: the lab's own tests need root on Debian or Ubuntu");

const lab = (...args: string[]) => execa("node", ["lab/main.ts", ...args], { reject: false, all: true });

const sh = async (host: string, script: string): Promise<string> => {
  const { exitCode, all, stdout } = await lab("sh", host, script);
  expect({ script, exitCode, all }).toMatchObject({ exitCode: 0 });
  return stdout;
};

describe.runIf(possible)("the lab", () => {
  beforeAll(async () => {
    const { exitCode, all } = await lab("up");
    expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  });

  test("up again changes nothing and says that all is well", async () => {
    const before = await sh("web1", "systemctl show -p MainPID --value mariadb apache2 glusterd");
    const { exitCode } = await lab("up");
    expect(exitCode).toBe(0);
    expect(await sh("web1", "systemctl show -p MainPID --value mariadb apache2 glusterd")).toBe(before);
  });

  test.each(["inventory", "viewerInventory"] as const)("midwatch accepts its %s", async (which) => {
    const loaded = await loadInventory(dirs[which]);
    expect(loaded).toMatchObject({ ok: true });
  });

  test("secrets are for their owner only", async () => {
    for (const name of ["sql-ops", "redis-midwatch"]) {
      expect((await stat(`${dirs.secrets}/${name}`)).mode & 0o777).toBe(0o600);
    }
  });

  test("a viewer has no more rights than any account", async () => {
    const refused = await sh("lb1", "runuser -u viewer -- sudo -n true 2>&1; ls -l /run/haproxy/admin.sock; true");
    expect(refused).toContain("password is required");
    expect(refused).toMatch(/^srw-rw----/m);
  });

  test("newer packages wait in the local repository, and say that they are security upgrades", async () => {
    const plan = await sh("web1", "LC_ALL=C apt-get -s upgrade");
    expect(plan).toMatch(/^Inst mariadb-server \[[^\]]+\] \(\S+ \S+-[Ss]ecurity/m);
  });

  test("visitors get sessions that live on Redis, and orders in the database", async () => {
    const secrets = await loadSecrets(dirs.secrets);
    const sessions = async () => Number((await redisCli(REDIS[1], secrets, "DBSIZE")).stdout);
    const orders = async () => Number(await sh("web2", "mariadb -N -e 'SELECT COUNT(*) FROM shop.orders'"));
    const before = { sessions: await sessions(), orders: await orders() };
    const { exitCode, stdout } = await lab("traffic", "--seconds", "3", "--rate", "20", "--visitors", "10", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ failed: 0, byStatus: { "200": 60 } });
    expect(await sessions()).toBeGreaterThan(before.sessions);
    expect(await orders()).toBeGreaterThan(before.orders);
  });

  test("reset undoes many faults at once", async () => {
    await sh("web2", "systemctl stop mariadb cron; pkill -9 glusterfsd; umount -l /wp-core");
    await sh("web1", "a2dismod -q -f php8.2; systemctl restart apache2; touch /etc/apache2/conf-enabled/stray.conf");
    await sh("lb1", "echo 'set server web/web3 state maint' | socat - UNIX-CONNECT:/run/haproxy/admin.sock");
    for (const host of webHosts.slice(-1)) await run(["ip", "link", "set", cableOf(host), "down"]);
    expect((await lab("status")).exitCode).toBe(1);

    const { exitCode, all } = await lab("reset");
    expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
    expect((await lab("status")).exitCode).toBe(0);
    expect(await sh("web1", "ls /etc/apache2/conf-enabled")).not.toContain("stray.conf");
  });

  test("an unknown host is an error that names the hosts there are", async () => {
    const { exitCode, stderr } = await lab("sh", "web9", "true");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("hosts: web1 web2 web3 lb1");
  });
});
