import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../lab/hosts/process.ts";
import * as byHand from "./support/by-hand.ts";
import {
  expectSameBricks,
  bricksOf,
  memberOf,
  expectOnScreens,
  expectSameServers,
  expectSameView,
} from "./support/agree.ts";
import { ageOf, expectWell, known } from "./support/shown.ts";
import { backToHealth, dirs, possible, watchLab, type LabWatch } from "./support/watch.ts";

/** Is what midwatch shows true? One watch through all of it, as one console would be; needs `npm run lab up`. */
const { lab } = byHand;
const WEB = ["web1", "web2", "web3"] as const;
const VOLUMES = ["data", "wp-core"] as const;
let watched: LabWatch;

beforeAll(async () => {
  if (!possible) return;
  watched = await watchLab(dirs.inventory);
  await watched.shows(expectWell, 60_000);
});
afterAll(() => watched?.close());

describe.runIf(possible)("a healthy cluster", () => {
  test.each(WEB)("%s: its member's own view", (host) => expectSameView(watched, host));

  test.each(VOLUMES)("volume %s: bricks, heals, mounts", async (volume) => {
    await expectSameBricks(watched, volume, "web1");
    for (const host of WEB) {
      const mounts = await byHand.glusterMounts(host);
      const shown = watched.now().gluster.mounts.filter((mount) => mount.host === host);
      expect(shown.filter(({ mounted }) => known(mounted).state === "right").map(({ path }) => path)).toEqual(
        Object.keys(mounts).toSorted(),
      );
    }
  });

  test("peers of the pool", () =>
    watched.agrees(
      () => byHand.peersOf("web1"),
      (peers, { gluster }) =>
        expect(
          Object.fromEntries(gluster.hosts.map(({ host, peer }) => [host, known(peer).connected ? "Connected" : "no"])),
        ).toEqual(peers),
    ));

  test.each(["cache", "sessions"] as const)("Redis %s: keys, limit, policy", (name) =>
    watched.agrees(
      async () => ({
        keys: await byHand.dbsize(name),
        limit: Number(await byHand.redisSetting(name, "maxmemory")),
        policy: await byHand.redisSetting(name, "maxmemory-policy"),
      }),
      ({ keys, limit, policy }, shown) => {
        const { info, keys: shownKeys } = shown.redis(name);
        expect(known(shownKeys)).toEqual({ count: keys, atLeast: false });
        expect(known(info)).toMatchObject({ memoryLimitBytes: limit, policy });
      },
    ),
  );

  test("HAProxy: every server, and who writes", async () => {
    await expectSameServers(watched);
    const [writer] = watched.now().haproxy.writers;
    expect(writer?.to).toMatchObject({ value: { hosts: ["web1"], role: "active" } });
  });

  test.each(WEB)("%s: Apache, PHP, the health page, the sync", (host) =>
    watched.agrees(
      async () => ({
        unit: await byHand.unit(host, "apache2"),
        page: await byHand.healthPage(host),
        sync: await byHand.lastSync(host),
      }),
      ({ unit, page: [status, body], sync }, shown) => {
        const origin = shown.web(host);
        expect(known(origin.unit).active).toBe(unit);
        expect([String(known(origin.health).status), body]).toEqual([status, expect.stringContaining("healthy")]);
        expect(body).toContain(`php ${known(origin.php).version}`);
        expect(known(shown.shadow(host).last)).toMatchObject({
          result: sync["result"],
          lastSuccessAtMs: Number(sync["last_success"]) * 1_000,
        });
      },
    ),
  );

  test.each([...WEB, "lb1"])("%s: disks, upgrades, uptime", (host) =>
    watched.agrees(
      async () => ({
        root: await byHand.usedPercent(host, "/"),
        upgradable: await byHand.upgradable(host),
        bornAtS: Date.now() / 1_000 - (await byHand.uptimeS(host)),
      }),
      ({ root, upgradable, bornAtS }, shown) => {
        const fact = shown.host(host);
        const disk = known(fact.disks).find(({ holds }) => holds.includes("root"));
        // df rounds up.
        expect(Math.ceil((disk?.usedShare ?? 0) * 100)).toBe(root);
        expect(known(fact.packages).upgradable).toBe(upgradable);
        const bornMs = Date.now() - ageOf(fact.uptimeMs, Date.now()) - known(fact.uptimeMs);
        expect(Math.abs(bornMs / 1_000 - bornAtS)).toBeLessThan(3);
      },
    ),
  );

  test("both screens say so", () =>
    expectOnScreens(watched, /all well/, /web1/, /lb1/, /3\/3 Primary/, /bricks 6\/6/, /mysql 1\+2/, /writer web1/));
});

describe.runIf(possible)("visitors come, and web1 is set to drain by hand", () => {
  beforeAll(async () => byHand.haproxy("set server web/web1 state drain"));
  afterAll(() => backToHealth(watched));

  test("sessions are counted as they come", async () => {
    const visitors = execa("node", ["lab/main.ts", "traffic", "--seconds", "8", "--rate", "25", "--visitors", "80"]);
    const seen: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const before = await byHand.dbsize("sessions");
      const askedAtMs = Date.now();
      let shownCount = -1;
      await watched.shows((shown) => {
        const { keys } = shown.redis("sessions");
        expect(ageOf(keys, Date.now())).toBeLessThan(Date.now() - askedAtMs);
        shownCount = known(keys).count;
      });
      const after = await byHand.dbsize("sessions");
      expect(shownCount).toBeGreaterThanOrEqual(before);
      expect(shownCount).toBeLessThanOrEqual(after);
      seen.push(shownCount);
    }
    await visitors;
    await watched.agrees(
      () => byHand.dbsize("sessions"),
      (keys, shown) => {
        expect(known(shown.redis("sessions").keys).count).toBe(keys);
        expect(shown.summary("redis")).toContain(`sessions ${keys}`);
        expect(keys).toBeGreaterThan(50);
      },
    );
    expect(seen.at(-1)).toBeGreaterThan(0);
  });

  test("the drain is told as what it is, by whom, and what to do", async () => {
    await expectSameServers(watched);
    expect(await byHand.adminBits()).toMatchObject({ "web/web1": 8, "mysql/web1": 0 });
    await watched.shows((shown) => {
      expect(shown.row("haproxy", "servers", "web/web1")).toMatchObject({ state: expect.stringContaining("DRAIN") });
      expect(shown.troubles.map(({ id, subject }) => `${id} ${subject}`)).toEqual(["haproxy.drained web/web1"]);
      expect(shown.picture).toMatchObject({
        overall: "warning",
        next: expect.stringContaining("midwatch run return --host"),
      });
      expect(shown.summary("haproxy")).toContain("web 2/3");
    });
    await expectOnScreens(watched, /web\/web1 is drained/, /web 2\/3/);
  });
});

describe.runIf(possible)("MariaDB stopped on web3, and Apache on web2", () => {
  beforeAll(() =>
    Promise.all([
      inHost(lab("web3"), "systemctl stop mariadb", { timeoutMs: 60_000 }),
      inHost(lab("web2"), "systemctl stop apache2"),
    ]),
  );
  afterAll(() => backToHealth(watched));

  test("the member is a row that says since when, and has no numbers of before", async () => {
    expect(await byHand.unit("web3", "mariadb")).toBe("inactive");
    await watched.shows((shown) => {
      const member = memberOf(shown, "web3");
      expect(known(member.presence)).toBe("stopped");
      expect(member.view).toMatchObject({ state: "unknown", reason: "refused" });
      expect(shown.row("galera", "members", "web3")).toMatchObject({
        state: expect.stringMatching(/^stopped /),
        size: "-",
        committed: "-",
      });
      expect(shown.summary("galera")).toMatch(/^2\/3 Primary · web3 stopped/);
      expect(shown.troubles.map(({ id }) => id)).toContain("galera.member_down");
      expect(shown.picture.overall).toBe("critical");
    });
  });

  test.each(["web1", "web2"])("%s's own view: two members", async (host) => {
    await expectSameView(watched, host);
    expect(known(memberOf(watched.now(), host).view).size).toBe(2);
  });

  test("Apache on web2 is down, its page is known not to come", async () => {
    const [status] = await byHand.healthPage("web2");
    expect([await byHand.unit("web2", "apache2"), status]).toEqual(["inactive", "000"]);
    await watched.shows((shown) => {
      const origin = shown.web("web2");
      expect(known(origin.unit).active).toBe("inactive");
      expect(origin.health).toMatchObject({ state: "unknown", reason: "refused" });
      expect(known(origin.page).ok).toBe(false);
      expect(shown.troubles.map(({ id, subject }) => `${id} ${subject}`)).toContain("web.down web2");
      expect(known(shown.web("web1").page).ok).toBe(true);
    });
  });

  test("HAProxy takes both out, for the reasons it gives itself", async () => {
    await watched.shows((shown) =>
      expect(shown.troubles.filter(({ id }) => id === "haproxy.server_down").map(({ subject }) => subject)).toEqual([
        "web/web2",
        "mysql/web3",
      ]),
    );
    await expectSameServers(watched);
    await expectOnScreens(watched, /CRITICAL/, /web3/, /stopped/, /2\/3 Primary/, /web 2\/3/, /mysql 1\+1/);
  });
});

describe.runIf(possible)("the brick processes of web2 killed, and files written to /data", () => {
  beforeAll(async () => {
    await inHost(lab("web2"), "pkill -9 -x glusterfsd");
    await inHost(lab("web1"), "for i in $(seq 30); do echo $i > /data/file$i; done");
  });
  afterAll(() => backToHealth(watched));

  test("what waits to be healed stands on the right bricks; the dead one says nothing, which is not 0", async () => {
    const honest = watched.throughout(({ gluster }) => {
      const dead = gluster.volumes
        .flatMap(({ bricks }) => bricks)
        .filter(({ online }) => online.state === "known" && !online.value);
      expect(dead.filter(({ pending }) => pending.state === "known").map(({ host, path }) => host + path)).toEqual([]);
    });
    await watched.shows((shown) => {
      for (const volume of VOLUMES)
        expect(bricksOf(shown, volume).map(({ host, online }) => [host, known(online)])).toEqual([
          ["web1", true],
          ["web2", false],
          ["web3", true],
        ]);
      for (const volume of VOLUMES) expect(known(bricksOf(shown, volume)[1]?.process ?? never).state).toBe("none");
    });
    await expectSameBricks(watched, "data", "web1");
    await expectSameBricks(watched, "wp-core", "web1");
    honest();
    const [first, dead, third] = bricksOf(watched.now(), "data");
    expect(known(first?.pending ?? never)).toBeGreaterThanOrEqual(30);
    expect(known(third?.pending ?? never)).toBe(known(first?.pending ?? never));
    expect(dead?.pending.state).toBe("unknown");
  });

  test("rows, line and findings say the same", async () => {
    await watched.shows((shown) => {
      expect(shown.row("gluster", "bricks", "web2:/bricks/data/brick")).toMatchObject({
        state: "offline",
        process: "none",
        pending: "?",
      });
      expect(shown.summary("gluster")).toMatch(/data \d\d.*bricks 4\/6/);
      const down = shown.troubles.filter(({ id }) => id === "gluster.brick_down");
      expect(down.map(({ subject, next }) => [subject, next])).toEqual([
        ["web2:/bricks/data/brick", "gluster volume start data force"],
        ["web2:/bricks/wp-core/brick", "gluster volume start wp-core force"],
      ]);
    });
    await expectOnScreens(watched, /CRITICAL/, /web2/, /bricks 4\/6/);
  });
});

const never = { state: "unknown", reason: "missing", detail: "no such brick" } as const;
