import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systems } from "../../src/systems/registry.ts";
import * as byHand from "./support/by-hand.ts";
import { expectOnScreens, expectSameView } from "./support/agree.ts";
import { inOneLine, known } from "./support/shown.ts";
import { dirs, possible, watchLab, type LabWatch } from "./support/watch.ts";

/** An account with what `midwatch grants --role viewer` prints, and without HAProxy's socket. */
let watched: LabWatch;

const WEB = ["web1", "web2", "web3"] as const;

describe.runIf(possible)("a viewer", () => {
  beforeAll(async () => {
    watched = await watchLab(dirs.viewerInventory);
    await watched.watch.firstPicture(60_000);
  });
  afterAll(() => watched?.close());

  test("every question is answered: it may do exactly that as root", async () => {
    const { cluster, watch } = watched;
    const probes = systems.filter((system) => system.present(cluster)).flatMap((system) => system.probes(cluster));
    const outcomes = () =>
      probes.map(({ key }) => {
        const outcome = watch.evidence(key)?.outcome;
        return { key, word: outcome === undefined || outcome.state === "known" ? outcome?.state : outcome.reason };
      });
    // Missing: the other package manager, and what HAProxy's statistics page does not have.
    await watched.shows(
      () => expect(outcomes().filter(({ word }) => word !== "known" && word !== "missing")).toEqual([]),
      120_000,
    );
  });

  test("nothing is claimed well that is not known, and nothing is complained of", async () => {
    await watched.shows((shown) => expect(shown.troubles.map(inOneLine)).toEqual([]), 60_000);
    const shown = watched.now();
    const claims = shown.picture.systems.flatMap(({ id, pane: { tables } }) =>
      tables.flatMap((table) =>
        table.rows
          .filter(({ severity, cells }) => severity === "ok" && Object.values(cells).some(({ text }) => text === "?"))
          .map((row) => `${id}/${table.id}/${row.id}`),
      ),
    );
    expect(claims).toEqual([]);
  });

  test.each(WEB)("%s: its member's own view", (host) => expectSameView(watched, host));

  test("what it may see agrees with what root is told", () =>
    watched.agrees(
      async () => ({
        servers: await byHand.servers(),
        sessions: await byHand.dbsize("sessions"),
        pages: await Promise.all(WEB.map((host) => byHand.healthPage(host))),
        mounts: await Promise.all(WEB.map((host) => byHand.glusterMounts(host))),
      }),
      ({ servers, sessions, pages, mounts }, shown) => {
        const seen = shown.haproxy.proxies.flatMap(({ proxy, servers: list }) =>
          list.map(({ server, views: [first] }) => [
            `${proxy}/${server}`,
            first?.view.state === "known" ? first.view.value.status : "not known",
          ]),
        );
        expect(Object.fromEntries(seen)).toEqual(
          Object.fromEntries(Object.entries(servers).map(([name, { status }]) => [name, status])),
        );
        expect(known(shown.redis("sessions").keys).count).toBe(sessions);
        expect(WEB.map((host) => String(known(shown.web(host).health).status))).toEqual(
          pages.map(([status]) => status),
        );
        const right = WEB.map((host) =>
          shown.gluster.mounts
            .filter((mount) => mount.host === host && known(mount.mounted).state === "right")
            .map(({ path }) => path),
        );
        expect(right).toEqual(mounts.map((paths) => Object.keys(paths).toSorted()));
      },
    ));

  test("the screens are drawn, and say that nothing can be changed from here", () =>
    expectOnScreens(watched, /READ-ONLY/, /3\/3 Primary/, /gluster/, /mysql 1\+2/));
});
