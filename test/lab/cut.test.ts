import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as byHand from "./support/by-hand.ts";
import { expectOnScreens, expectSameServers, expectSameView, memberOf } from "./support/agree.ts";
import { ageOf, expectWell, inOneLine, known, type Shown } from "./support/shown.ts";
import { backToHealth, dirs, possible, watchLab, type LabWatch } from "./support/watch.ts";

/** A host's network cut, as when a switch dies: nothing is refused, nothing closed, only silence. */
let watched: LabWatch;
let stop: (() => void) | undefined;
let oldestMs = 0;
const took: Record<string, number> = {};

/** How long SSH waits for a sign of life before it gives a host up, and the picture's own pace. */
const SIGN_OF_LIFE_MS = 4_000;

const since = (beganMs: number): number => Math.round(performance.now() - beganMs);

/** Whatever is asked of the other hosts every two seconds. */
const othersAges = (shown: Shown): readonly number[] =>
  [
    ...["web2", "web3", "lb1"].map((host) => shown.host(host).load),
    ...["web2", "web3"].map((host) => memberOf(shown, host).view),
    ...shown.haproxy.loadBalancers.map(({ answers }) => answers),
    shown.redis("sessions").info,
  ].map((reading) => ageOf(reading, shown.picture.nowMs));

describe.runIf(possible)("web1's network cut", () => {
  beforeAll(async () => {
    watched = await watchLab(dirs.inventory);
    await watched.shows(expectWell, 60_000);
  });
  afterAll(async () => {
    await byHand.mendNetwork("web1");
    await backToHealth(watched);
    await watched.close();
    console.info("ms:", took, "oldest answer of any other host:", Math.round(oldestMs));
  });

  test("its row says so within two intervals and the time of a sign of life", async () => {
    const { fastMs } = watched.cluster.intervals;
    stop = watched.throughout((shown) => {
      oldestMs = Math.max(oldestMs, ...othersAges(shown));
      expect(oldestMs).toBeLessThan(2 * fastMs);
    });
    const cutMs = performance.now();
    await byHand.cutNetwork("web1");
    await watched.shows(
      (shown) => {
        expect(shown.link("web1")).toMatchObject({ state: "down", reason: "unreachable" });
        expect(shown.row("host", "hosts", "web1")["state"]).toBe("no answer: network");
        expect(shown.troubles.map(inOneLine)).toContainEqual(expect.stringMatching(/^unknown host.unreachable: web1 /));
      },
      2 * fastMs + SIGN_OF_LIFE_MS,
    );
    took["until the row says so"] = since(cutMs);
  });

  test("a console opened now says in words that it does not answer, long before it gives up connecting", async () => {
    const beganMs = performance.now();
    const late = await watchLab(dirs.inventory);
    try {
      expect(late.now().link("web1").state).toBe("connecting");
      await late.shows((shown) => {
        expect(shown.row("host", "hosts", "web1")["state"]).toBe("no answer: network");
        expect(shown.link("web1")).toMatchObject({ detail: expect.stringMatching(/^web1: no (answer|route)/) });
      }, 8_000);
      took["until a new console says so"] = since(beganMs);
    } finally {
      await late.close();
    }
  });

  test("nothing of what was known of it stands as if it were live", async () => {
    // The daemon's own tool waits ten seconds for the brick; so does midwatch.
    const byTool = byHand.toHeal("data", "web2");
    await watched.shows((shown) => {
      const rows = shown.picture.systems.flatMap(({ id, pane }) =>
        pane.tables.flatMap((table) => table.rows.map((row) => ({ ...row, at: `${id}/${table.id}/${row.id}` }))),
      );
      const fine = rows.filter(({ host, severity }) => host === "web1" && ["ok", "info"].includes(severity));
      expect(fine.map(({ at }) => at)).toEqual([]);
      expect(["web2", "web3"]).toContain(shown.gluster.askedOf);
      const bricks = shown.gluster.volumes.flatMap((volume) => volume.bricks.filter(({ host }) => host === "web1"));
      expect(bricks.map(({ pending }) => pending.state)).toEqual(["unknown", "unknown"]);
    }, 45_000);
    expect(await byTool).toMatchObject({ web1: "-", web2: "0", web3: "0" });
  });

  test("its peers are shown as they see it: two members, the writer moved", async () => {
    for (const host of ["web2", "web3"]) await expectSameView(watched, host);
    await expectSameServers(watched);
    await watched.shows((shown) => {
      expect(known(memberOf(shown, "web2").view).size).toBe(2);
      expect(shown.haproxy.writers[0]?.to).toMatchObject({ value: { hosts: ["web2"], role: "backup" } });
    });
    await expectOnScreens(watched, /web1 .*no answer/, /2\/3 Primary/, /mysql 0\+2/, /bricks 4\/6/);
  });

  test("it comes back by itself, and every other row has kept its pace all the while", async () => {
    const mendedMs = performance.now();
    await byHand.mendNetwork("web1");
    await watched.shows((shown) => {
      expect(shown.link("web1").state).toBe("up");
      expect(shown.row("host", "hosts", "web1")["state"]).toBe("up");
    }, 45_000);
    took["until it is back"] = since(mendedMs);
    stop?.();
    expect(oldestMs).toBeGreaterThan(0);
  });
});
