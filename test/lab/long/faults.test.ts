import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { inHost } from "../../../lab/hosts/process.ts";
import { waitFor } from "../../../lab/machine/wait.ts";
import { ensureGalera } from "../../../lab/services/galera.ts";
import { ensureGluster } from "../../../lab/services/gluster.ts";
import { ensureHaproxy } from "../../../lab/services/haproxy.ts";
import { ensureRedis } from "../../../lab/services/redis.ts";
import { balancer } from "../../../lab/topology.ts";
import { cutNetwork, lab, mendNetwork, redis, serverState as stateOf, toHeal } from "../support/by-hand.ts";
import { handOnLab, says, whileVisited, type Hand } from "../support/hand.ts";
import { dirs, possible, resetLab } from "../support/watch.ts";

const OUT = /^(DRAIN|MAINT)/;
const DRAIN = ["drain", "--host", "web2"] as const;
const sessions = (command: string): Promise<string> => redis("sessions", command);

const BROKEN = "/etc/mysql/mariadb.conf.d/99-broken.cnf";

// The bracket keeps pkill from finding the shell it is typed in.
const BRICK = "pkill -9 -f '[g]lusterfsd.*data'";
const START = "gluster --mode=script volume start data force";

let operator: Hand;
let colleague: Hand;

/** Nothing held, nothing out: what a test that failed has left must not fail the next. */
const clear = async (): Promise<void> => {
  await mendNetwork("lb1");
  await inHost(lab("web3"), `rm -f ${BROKEN}`);
  await ensureGalera();
  await ensureGluster();
  await ensureRedis(await loadSecrets(dirs.secrets));
  await sessions("DEL midwatch:lab:lock midwatch:lab:unfinished");
  await ensureHaproxy();
};

// Real daemons on a busy machine: an answer that was too late once is waited for again; what is wrong stays wrong.
describe.runIf(possible)("faults on the lab", { timeout: 600_000, retry: 1 }, () => {
  beforeAll(resetLab);
  afterAll(resetLab);
  beforeEach(async () => {
    await clear();
    [operator, colleague] = [await handOnLab(), await handOnLab()];
  });
  afterEach(async () => {
    await operator.close();
    await colleague.close();
  });

  describe("two operators", () => {
    test("the second is told who, what, where and since when; takes over with a reason; the first stops and says why", async () => {
      await whileVisited(async () => {
        const first = operator.run(...DRAIN, "--set", "wait=90s");
        await says(first, "step    wait for its sessions");
        const refused = await colleague.run("drain", "--host", "web3");
        expect(refused).toMatchObject({
          exitCode: 77,
          all: expect.stringMatching(
            /lock is held by \S+ on \S+ \(pid \d+\), for drain of web2 \(.*\), since \S+, at step 4 of 8, "wait for its sessions/,
          ),
        });
        expect(await stateOf("web/web3")).toBe("UP");
        const taken = colleague.resume("--take-over", "the first has gone to bed", "--at-deadline", "maint");
        const stopped = await first;
        expect(stopped.all).toMatch(
          /stopped: drain of web2 at "wait for .*": the cluster's lock .* was taken by \S+ on/,
        );
        expect(stopped.all).toContain("now: web2 is in drain");
        expect(stopped.exitCode).toBe(2);
        expect(await taken).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: drain of web2") });
      });
      expect(await stateOf("web/web2")).toMatch(/^MAINT/);
      expect((await colleague.midwatch("audit")).stdout).toContain("the first has gone to bed");
      expect((await operator.midwatch("audit")).stdout).toContain("lock-lost");
      expect((await operator.midwatch("journal")).stdout).toContain(
        "since then somebody else has had the cluster's lock",
      );
    });
  });

  describe("the lock's Redis", () => {
    const HANDS = `{"owner":"x","fence":999,"operator":"bea","machine":"laptop","pid":7,"procedure":"p-1","sinceMs":1}`;
    const LOST = [
      {
        what: "stopped",
        lose: () => inHost(balancer, "systemctl stop redis-server@6380"),
        why: /lock (could not be renewed|cannot be checked)/,
        resumed: { exitCode: 77, all: expect.stringContaining("cannot be had") },
      },
      {
        what: "without the key",
        lose: () => sessions("DEL midwatch:lab:lock"),
        why: /it is gone from Redis sessions/,
        resumed: { exitCode: 0, all: expect.stringContaining("done: drain of web2") },
      },
      {
        what: "with the key in other hands",
        lose: () => sessions(`SET midwatch:lab:lock '${HANDS}'`),
        why: /was taken by bea on laptop \(pid 7\)/,
        resumed: { exitCode: 77, all: expect.stringContaining("held by bea on laptop") },
      },
    ];

    test.each(LOST)(
      "$what midway: it stops, tells how things are, and goes on later",
      async ({ lose, why, resumed }) => {
        await whileVisited(async () => {
          const child = operator.run(...DRAIN, "--set", "wait=60s");
          await says(child, "step    wait for its sessions");
          await lose();
          const stopped = await child;
          expect(stopped.all).toMatch(why);
          expect(stopped.all).toContain("now: web2 is in drain");
          expect(stopped.exitCode).toBe(2);
          expect(await stateOf("web/web2")).toMatch(/^DRAIN/);
          expect(await operator.midwatch("journal")).toMatchObject({
            exitCode: 1,
            stdout: expect.stringMatching(/^drain of web2 stopped at step 4 of 8, "wait for its sessions/),
          });
          expect(await operator.resume("--at-deadline", "maint")).toMatchObject(resumed);
        });
        await inHost(balancer, "systemctl start redis-server@6380");
        await sessions("DEL midwatch:lab:lock");
        await operator.resume();
        expect((await operator.midwatch("journal")).stdout).toMatch(/^drain of web2 done/);
        expect(await operator.run("return", "--host", "web2")).toMatchObject({ exitCode: 0 });
      },
    );

    test("away from the start: refused; without it, with a reason, in the audit", async () => {
      await inHost(balancer, "systemctl stop redis-server@6380");
      const before = await stateOf("web/web2");
      const refused = await operator.run(...DRAIN);
      expect(refused).toMatchObject({
        exitCode: 77,
        all: expect.stringMatching(/cannot be had: .*\n.*--without-lock/),
      });
      expect(await stateOf("web/web2")).toBe(before);
      const broken = await operator.run(
        ...DRAIN,
        "--without-lock",
        "Redis is what we are here for",
        "--override",
        "web2",
        "--at-deadline",
        "maint",
      );
      expect(broken.all).toContain("done: drain of web2");
      expect(await stateOf("web/web2")).toMatch(OUT);
      expect((await operator.midwatch("audit")).stdout).toMatch(/without-lock.*Redis is what we are here for/);
    });
  });

  describe("a member that does not come back", () => {
    const WEB = lab("web3");
    test("its restart stops with the reason, the host stays out, and goes on when it was repaired by hand", async () => {
      const out = await operator.run("drain", "--host", "web3", "--set", "wait=3s", "--at-deadline", "maint");
      expect(out).toMatchObject({ exitCode: 0 });
      await inHost(WEB, `printf '[mariadbd]\nno_such_setting=1\n' > ${BROKEN}`);
      const stopped = await operator.run("restart", "--host", "web3", "--set", "service=mariadb");
      expect(stopped.all).toMatch(
        /NO +mariadb\.service runs again: (failed|it does not stay up): .*see journalctl -u mariadb\.service/,
      );
      expect(stopped.all).toMatch(/stopped: restart of mariadb on web3 at "restart mariadb"/);
      expect(stopped.all).toMatch(/now: mariadb on web3 was told to restart; whether it is well is not known/);
      expect(stopped.all).toMatch(/next: .*journal resume/);
      expect(stopped.exitCode).toBe(2);
      const refused = await operator.run("return", "--host", "web3");
      expect(refused).toMatchObject({ exitCode: 77, all: expect.stringContaining("restart of web3 stopped") });
      expect(await stateOf("web/web3")).toMatch(/^MAINT/);
      const again = await operator.resume();
      expect(again).toMatchObject({
        exitCode: 2,
        all: expect.stringMatching(/runs again: (failed|it does not stay up)/),
      });
      await inHost(WEB, `rm ${BROKEN}; systemctl reset-failed mariadb; systemctl start mariadb`, { timeoutMs: 90_000 });
      const resumed = await operator.resume();
      expect(resumed).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: restart of mariadb on web3") });
      expect(await stateOf("web/web3")).toMatch(/^MAINT/);
      expect(await operator.run("return", "--host", "web3")).toMatchObject({ exitCode: 0 });
      expect(await stateOf("mysql/web3")).toBe("UP");
    });
  });

  describe("a heal that does not end", () => {
    test("a brick of another host dies meanwhile: what cannot be counted is not 0; it goes on when the brick is back", async () => {
      await inHost(lab("web2"), BRICK);
      await inHost(lab("web1"), "mkdir -p /data/mw; for i in $(seq 1000); do echo $i > /data/mw/f$i; done", {
        timeoutMs: 120_000,
      });
      await inHost(lab("web1"), START);
      const heal = operator.run("heal", "--set", "volume=data", "--set", "wait=30s");
      // Once it is ordered: Gluster takes no order while a brick has just gone.
      await says(heal, /sent +web1: .* volume heal data\n/);
      await inHost(lab("web3"), BRICK);
      const stopped = await heal;
      expect(stopped.all).toMatch(
        /stopped: heal of volume data at "data heals": wanted: nothing is left to heal; is: /,
      );
      expect(stopped.all).toMatch(/UNKNOWN nothing is left to heal: /);
      expect(stopped.exitCode).toBe(2);
      await inHost(lab("web1"), START);
      const resumed = await operator.resume();
      expect(resumed).toMatchObject({
        exitCode: 0,
        all: expect.stringContaining("nothing is left to heal: 0 to heal"),
      });
      expect(Object.values(await toHeal("data"))).toEqual(["0", "0", "0"]);
    });
  });

  describe("a brick that is gone", () => {
    test("its host is given no visitors until it is back", async () => {
      const out = await operator.run(...DRAIN, "--set", "wait=3s", "--at-deadline", "maint");
      expect(out).toMatchObject({ exitCode: 0 });
      await inHost(lab("web2"), BRICK);
      const back = operator.run("return", "--host", "web2");
      await says(back, /wait +every brick of web2 is online: offline: data\n/);
      expect(await stateOf("web/web2")).toMatch(/^MAINT/);
      await inHost(lab("web1"), START);
      expect(await back).toMatchObject({
        exitCode: 0,
        all: expect.stringMatching(/every brick of web2 is online: 2 bricks\n[^]*done: return of web2/),
      });
      expect([await stateOf("web/web2"), await stateOf("mysql/web2")]).toEqual(["UP", "UP"]);
    });
  });

  describe("the line", () => {
    test("every connection to the load balancer ends, once: nobody notices", async () => {
      await whileVisited(async () => {
        const child = operator.run(...DRAIN, "--set", "wait=20s", "--at-deadline", "maint");
        await says(child, "step    wait for its sessions");
        await inHost(balancer, "pkill -9 -u ops sshd");
        expect(await child).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: drain of web2") });
      });
      expect(await operator.run("return", "--host", "web2")).toMatchObject({ exitCode: 0 });
    });

    test.each(["step sessions", "maint: maint web/web2 on lb1"])(
      "the cable is cut at %s: what is known is told, and it goes on when the cable is mended",
      async (point) => {
        const child = operator.run(...DRAIN, "--set", "wait=3s", "--at-deadline", "maint");
        await operator.arrives(child, point);
        await cutNetwork("lb1");
        const stopped = await child;
        expect(stopped.all).toMatch(/stopped: drain of web2 at ".*": .*(lock|HAProxy|lb1)/);
        expect(stopped.all).toMatch(/now: web2 is (in drain|in maintenance|out)/);
        expect(stopped.exitCode).toBe(2);
        const listed = await operator.midwatch("journal");
        expect(listed.stdout).toMatch(/^drain of web2 stopped at step/);
        expect(listed.stdout).toContain("what others have begun is not known");
        expect(await operator.resume()).toMatchObject({ exitCode: 77 });
        await mendNetwork("lb1");
        // Its own checks had lost the others too, and the last server that is up is never taken.
        const others = ["web/web1", "web/web3", "mysql/web1", "mysql/web3"] as const;
        const seen = async () => {
          const states = await Promise.all(others.map(stateOf));
          return states.every((state) => state?.startsWith("UP") === true) ? true : undefined;
        };
        await waitFor("HAProxy sees the others again", seen, { timeoutMs: 60_000 });
        const resumed = await operator.resume("--at-deadline", "maint");
        expect(resumed).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: drain of web2") });
        expect(await stateOf("web/web2")).toMatch(/^MAINT/);
        expect(await operator.run("return", "--host", "web2")).toMatchObject({ exitCode: 0 });
      },
    );
  });
});
