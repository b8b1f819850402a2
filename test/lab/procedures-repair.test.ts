import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost, tryIn } from "../../lab/hosts/process.ts";
import { sql } from "../../lab/services/galera.ts";
import { allBricks } from "../../lab/services/gluster-state.ts";
import { serverStates } from "../../lab/services/haproxy.ts";
import { balancer } from "../../lab/topology.ts";
import { operatorOnLab, type Operator } from "./support/acting.ts";
import { enabledOf, losePhp, phpAsItWas } from "./support/php.ts";
import { lab, member, toHeal } from "./support/by-hand.ts";
import { possible } from "./support/watch.ts";

const WEB = lab("web3");

const page = async (): Promise<string> =>
  (await tryIn(WEB, "curl -s -m 5 -H 'Host: shop.example' http://127.0.0.1/health.php")).stdout;

const stateOf = async (server: string): Promise<string | undefined> => (await serverStates(balancer)).get(server);

describe.runIf(possible)("repairs on real hosts", () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await operatorOnLab();
    await phpAsItWas(WEB);
    await tryIn(lab("web1"), "gluster --mode=script volume start data force");
    await allBricks();
    for (const from of ["localhost", "127.0.0.1"]) await sql(`GRANT SUPER ON *.* TO 'midwatch_ops'@'${from}';`);
  });
  afterAll(async () => {
    await phpAsItWas(WEB);
    await tryIn(lab("web1"), "gluster --mode=script volume start data force");
    // What a failed test leaves unfinished must keep nobody else out.
    await operator.midwatch("journal", "undo", "--reason", "after a test");
    await tryIn(balancer, "rm -f /var/lib/haproxy/server-state");
    await operator.close();
  });

  test("PHP: an upgrade removed the module and left its link, Apache is down; the installed one is enabled, settings come along", async () => {
    await losePhp(WEB);
    expect(await page()).toBe("");
    const repaired = await operator.run("php-module", "--host", "web3", "--set", "settings=carry");
    expect(repaired.all).toContain("it serves nobody");
    expect(repaired.all).toContain("memory_limit: 256M");
    expect(repaired.all).not.toContain("auth=");
    expect(repaired.all).toContain("done: PHP 8.2 by its module");
    expect(repaired).toMatchObject({ exitCode: 0 });
    expect(await page()).toMatch(/^healthy/);
    expect(await enabledOf(WEB)).not.toContain("php8.1");
    const ini = "/etc/php/8.2/apache2";
    expect(await inHost(WEB, `grep -c save_path ${ini}/conf.d/90-sessions.ini`)).toBe("1");
    expect(await inHost(WEB, `grep -h '^memory_limit' ${ini}/php.ini ${ini}/php.ini.before-midwatch-*`)).toBe(
      "memory_limit = 256M\nmemory_limit = 128M",
    );
  });

  test("PHP beside mpm_event: refused with both ways out, and both go", async () => {
    await inHost(WEB, "a2dismod -q -f php8.2 mpm_prefork; a2enmod -q mpm_event; systemctl restart apache2");
    const refused = await operator.run("php-module", "--host", "web3");
    expect(refused).toMatchObject({
      exitCode: 77,
      all: expect.stringMatching(/mpm_event is on.*way=prefork.*way=fpm/),
    });
    const fpm = await operator.run("php-module", "--host", "web3", "--set", "way=fpm", "--set", "settings=carry");
    expect(fpm.all).toContain("done: PHP 8.2 by FPM");
    expect(fpm).toMatchObject({ exitCode: 0 });
    expect(await page()).toMatch(/^healthy/);
    expect(await enabledOf(WEB)).toMatch(/mpm_event.*php8\.2-fpm\.conf|php8\.2-fpm\.conf.*mpm_event/);
    expect(await inHost(WEB, "grep -c save_path /etc/php/8.2/fpm/conf.d/90-sessions.ini")).toBe("1");
    const prefork = await operator.run("php-module", "--host", "web3", "--set", "way=prefork");
    expect(prefork.all).toContain("done: PHP 8.2 by its module");
    expect(prefork).toMatchObject({ exitCode: 0 });
    expect(await page()).toMatch(/^healthy/);
    expect(await enabledOf(WEB)).not.toMatch(/mpm_event|php8\.2-fpm/);
  });

  test("the database's writer is drained: writes move first, a reload of HAProxy keeps it out, and return brings all back", async () => {
    const drained = await operator.run(
      "drain",
      "--host",
      "web1",
      "--set",
      "wait=6s",
      "--set",
      "writer=end",
      "--at-deadline",
      "maint",
    );
    expect(drained.all).toMatch(/new database connections go to another member: mysql on lb1: web2/);
    expect(drained.all).toContain("done: drain of web1");
    expect(drained).toMatchObject({ exitCode: 0 });
    expect(await stateOf("mysql/web1")).toMatch(/^(DRAIN|MAINT)/);
    const reloaded = await operator.run("restart", "--host", "lb1", "--set", "service=haproxy", "--set", "how=reload");
    expect(reloaded.all).toContain("every server is out or in as it was before: 2 out, as before");
    expect(reloaded.all).toContain("done: reload of haproxy");
    expect(reloaded).toMatchObject({ exitCode: 0 });
    expect(await stateOf("web/web1")).toMatch(/^(DRAIN|MAINT)/);
    const returned = await operator.run("return", "--host", "web1");
    expect(returned.all).toContain("done: return of web1");
    expect(returned).toMatchObject({ exitCode: 0 });
    expect(await stateOf("mysql/web1")).toBe("UP");
    await inHost(balancer, "systemctl reload haproxy");
    expect(await stateOf("web/web1")).not.toMatch(/^(DRAIN|MAINT)/);
  });

  test("a desynced member is put back, and nothing is done where nothing is left on", async () => {
    await inHost(WEB, `mariadb -e "SET GLOBAL wsrep_desync=ON"`);
    const cleared = await operator.run("desync", "--host", "web3");
    expect(cleared.all).toContain("done: clearing wsrep_desync");
    expect(cleared).toMatchObject({ exitCode: 0 });
    expect(await inHost(WEB, `mariadb -NBe "SELECT @@GLOBAL.wsrep_desync"`)).toBe("0");
    expect((await member(WEB))?.["wsrep_local_state_comment"]).toBe("Synced");
    expect(await operator.run("desync", "--host", "web3")).toMatchObject({
      exitCode: 77,
      all: expect.stringContaining("nothing to do"),
    });
  });

  test("a volume heals to zero when it is told to; with a brick away nothing is sent", async () => {
    // The bracket keeps pkill from finding the shell it is typed in.
    const brick = "pkill -f '[g]lusterfsd.*data'";
    await inHost(lab("web2"), brick);
    await inHost(lab("web1"), "mkdir -p /data/mw; for i in $(seq 60); do echo $i > /data/mw/f$i; done");
    const away = await operator.run("heal", "--set", "volume=data");
    expect(away).toMatchObject({ exitCode: 1, all: expect.stringMatching(/offline: web2:.*volume start data force/) });
    await inHost(lab("web1"), "gluster --mode=script volume start data force");
    const healed = await operator.run("heal", "--set", "volume=data");
    expect(healed).toMatchObject({ exitCode: 0, all: expect.stringContaining("nothing is left to heal: 0 to heal") });
    expect(Object.values(await toHeal("data"))).toEqual(["0", "0", "0"]);
    await inHost(lab("web1"), "rm -rf /data/mw");
  });
});
