import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { inHost, tryIn } from "../../../lab/hosts/process.ts";
import { ensureHaproxy } from "../../../lab/services/haproxy.ts";
import { balancer } from "../../../lab/topology.ts";
import { adminBits, healthPage, lab, redis, serverState as stateOf } from "../support/by-hand.ts";
import { handOnLab, sentTwice, type Hand } from "../support/hand.ts";
import { enabledOf, losePhp, phpAsItWas } from "../support/php.ts";
import { possible, resetLab } from "../support/watch.ts";

const WEB = lab("web3");
/** Nobody visits, and nobody is waited for: maintenance is chosen before six quiet seconds are over. */
const DRAIN = ["drain", "--host", "web2", "--set", "wait=3s", "--at-deadline", "maint"] as const;

/** The administrative state of web2's servers in the file that a reload reads. */
const writtenDown = async (): Promise<readonly string[]> =>
  (await inHost(balancer, "awk '$4 == \"web2\" { print $2, $7 }' /var/lib/haproxy/server-state")).split("\n");

const held = async (): Promise<readonly string[]> => {
  const bits = await adminBits();
  return ["web", "mysql"].map((proxy) => `${proxy} ${bits[`${proxy}/web2`]}`);
};

let operator: Hand;

/** Killed at every step and before every change, each time resumed by a new process; where, and what the last one said. */
const killedEverywhere = async (...args: readonly string[]) => {
  const seen = new Set<string>();
  let child = operator.run(...args);
  while ((await operator.killedAtNext(child, seen)) !== undefined) child = operator.resume("--at-deadline", "maint");
  const { all, exitCode } = await child;
  return { points: [...seen], all, exitCode };
};

describe.runIf(possible)("killed on the lab", { timeout: 1_800_000 }, () => {
  beforeAll(resetLab);
  beforeEach(async () => {
    // What a test that failed has left must not fail the next.
    await redis("sessions", "DEL midwatch:lab:lock midwatch:lab:unfinished");
    await ensureHaproxy();
    operator = await handOnLab();
  });
  afterEach(() => operator.close());
  afterAll(resetLab);

  test("drain, at every step and change, each time resumed: it ends as ever", async () => {
    const drained = await killedEverywhere(...DRAIN);
    expect(drained).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: drain of web2") });
    expect(drained.points).toEqual(
      expect.arrayContaining([
        ...["verdict", "drain", "keep", "sessions", "maint", "keep-maint", "left"].map((step) => `step ${step}`),
        "drain: drain web/web2 on lb1",
        "keep: dump the states of lb1",
        "maint: maint mysql/web2 on lb1",
      ]),
    );
    expect(await stateOf("web/web2")).toMatch(/^MAINT/);
    expect(await stateOf("mysql/web2")).toMatch(/^MAINT/);
    expect(await writtenDown()).toEqual(await held());
    // What sets a state, or writes states down, may go twice.
    const again = sentTwice(await operator.standing());
    expect(again.filter((sent) => !/^set server|server-state$/.test(sent))).toEqual([]);
    console.info(`killed: drain at ${drained.points.join("; ")}`);
    expect(await operator.run("return", "--host", "web2")).toMatchObject({ exitCode: 0 });
  });

  test("return, at every step and change, each time resumed: it ends as ever", async () => {
    expect(await operator.run(...DRAIN)).toMatchObject({ exitCode: 0 });
    const returned = await killedEverywhere("return", "--host", "web2");
    expect(returned).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: return of web2") });
    expect(returned.points).toContain("ready: ready mysql/web2 on lb1");
    expect([await stateOf("web/web2"), await stateOf("mysql/web2")]).toEqual(["UP", "UP"]);
    expect(await writtenDown()).toEqual(await held());
    console.info(`killed: return at ${returned.points.join("; ")}`);
  });

  test("drain, at every step, each time taken back: everything is as before", async () => {
    const before = await held();
    const seen = new Set<string>();
    const from: string[] = [];
    for (;;) {
      const killed = await operator.killedAtNext(operator.run(...DRAIN), seen);
      if (killed === undefined) break;
      from.push(killed);
      const undone = await operator.undo();
      expect({ killed, exitCode: undone.exitCode, all: undone.all }).toMatchObject({
        exitCode: 3,
        all: expect.stringContaining("taken back: drain of web2"),
      });
      expect({ killed, held: await held() }).toEqual({ killed, held: before });
      expect([await stateOf("web/web2"), await stateOf("mysql/web2")]).toEqual(["UP", "UP"]);
      for (const step of ["drain: drain mysql", "maint: maint mysql"]) seen.add(`${step}/web2 on lb1`);
    }
    expect(await operator.run("return", "--host", "web2")).toMatchObject({ exitCode: 0 });
    console.info(`taken back from ${from.length} points: ${from.join("; ")}`);
  });

  test("PHP beside Apache, at every step and change, each time taken back: everything is as before", async () => {
    onTestFinished(async () => void (await phpAsItWas(WEB)));
    const asItIs = async () => ({
      enabled: await enabledOf(WEB),
      fpm: (await tryIn(WEB, "systemctl is-active php8.2-fpm; systemctl is-enabled php8.2-fpm")).stdout,
      page: (await healthPage("web3"))[0],
    });
    const before = await asItIs();
    expect(before.page).toBe("200");
    const seen = new Set<string>();
    const begin = () => operator.run("php-module", "--host", "web3", "--set", "way=fpm");
    let child = begin();
    for (;;) {
      const killed = await operator.killedAtNext(child, seen);
      if (killed === undefined) break;
      const undone = await operator.undo();
      expect({ killed, exitCode: undone.exitCode, all: undone.all }).toMatchObject({
        exitCode: 3,
        all: expect.stringContaining("taken back: PHP 8.2 by FPM"),
      });
      expect({ killed, ...(await asItIs()) }).toEqual({ killed, ...before });
      child = begin();
    }
    expect(await child).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: PHP 8.2 by FPM") });
    console.info(`taken back from ${seen.size} points: ${[...seen].join("; ")}`);
  });

  test("PHP put back in order, at every step and change: as ever, and Apache restarted once", async () => {
    onTestFinished(async () => void (await phpAsItWas(WEB)));
    await losePhp(WEB);
    const starts = async (): Promise<number> =>
      Number(await inHost(WEB, "journalctl -u apache2 -o cat --no-pager | grep -c '^Starting'"));
    const before = await starts();
    const repaired = await killedEverywhere("php-module", "--host", "web3", "--set", "settings=carry");
    expect(repaired).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: PHP 8.2 by its module") });
    expect((await healthPage("web3"))[0]).toBe("200");
    expect(await enabledOf(WEB)).not.toContain("php8.1");
    expect(await starts()).toBe(before + 1);
    const ini = "/etc/php/8.2/apache2";
    // The copy that was kept is the one from before.
    expect(await inHost(WEB, `grep -h '^memory_limit' ${ini}/php.ini ${ini}/php.ini.before-midwatch-*`)).toBe(
      "memory_limit = 256M\nmemory_limit = 128M",
    );
    expect(await inHost(WEB, "ls -d /var/backups/apache2.before-midwatch-*/mods-enabled | wc -l")).toBe("1");
    expect(await inHost(WEB, "ls -d /var/backups/apache2.before-midwatch-*/apache2 2>&1 | grep -c 'No such'")).toBe(
      "1",
    );
    console.info(`killed: PHP at ${repaired.points.join("; ")}`);
  });
});
