import { expect, vi } from "vitest";
import * as byHand from "./by-hand.ts";
import { SIZES, screenOf } from "./screen.tsx";
import { known, type Shown } from "./shown.ts";
import type { LabWatch } from "./watch.ts";

export const memberOf = ({ galera }: Shown, host: string) => {
  const member = galera.members.find((each) => each.host === host);
  if (member === undefined) throw new Error(`${host} has no row`);
  return member;
};

/** The view of a member, by hand and as shown, in the same words. */
export const expectSameView = (watched: LabWatch, host: string): Promise<void> =>
  watched.agrees(
    () => byHand.member(byHand.lab(host)),
    (said, shown) => {
      const view = known(memberOf(shown, host).view);
      expect({
        wsrep_cluster_status: view.clusterStatus,
        wsrep_local_state_comment: view.stateComment,
        wsrep_ready: view.ready ? "ON" : "OFF",
        wsrep_connected: view.connected ? "ON" : "OFF",
        wsrep_cluster_size: String(view.size),
        wsrep_cluster_conf_id: String(view.confId),
        wsrep_cluster_state_uuid: view.clusterUuid,
        wsrep_last_committed: String(view.lastCommitted),
      }).toMatchObject({
        wsrep_cluster_status: said?.["wsrep_cluster_status"],
        wsrep_local_state_comment: said?.["wsrep_local_state_comment"],
        wsrep_ready: said?.["wsrep_ready"],
        wsrep_connected: said?.["wsrep_connected"],
        wsrep_cluster_size: said?.["wsrep_cluster_size"],
        wsrep_cluster_conf_id: said?.["wsrep_cluster_conf_id"],
        wsrep_cluster_state_uuid: said?.["wsrep_cluster_state_uuid"],
        wsrep_last_committed: said?.["wsrep_last_committed"],
      });
      expect(shown.row("galera", "members", host)).toMatchObject({
        state: said?.["wsrep_local_state_comment"],
        component: said?.["wsrep_cluster_status"],
        size: said?.["wsrep_cluster_size"],
      });
    },
  );

export const bricksOf = ({ gluster }: Shown, volume: string) =>
  gluster.volumes.find(({ name }) => name === volume)?.bricks ?? [];

/** Which bricks are online and what each has to heal: a number, or `-` for what it does not say. */
export const expectSameBricks = (watched: LabWatch, volume: string, askOn: string): Promise<void> =>
  watched.agrees(
    async () => ({ online: await byHand.bricksOnline(volume, askOn), toHeal: await byHand.toHeal(volume, askOn) }),
    ({ online, toHeal }, shown) => {
      const bricks = bricksOf(shown, volume);
      expect(Object.fromEntries(bricks.map((brick) => [brick.host, known(brick.online)]))).toEqual(online);
      expect(
        Object.fromEntries(
          bricks.map(({ host, pending }) => [host, pending.state === "known" ? String(pending.value) : "-"]),
        ),
      ).toEqual(toHeal);
    },
    45_000,
  );

/** Every server of every proxy as `show stat` and `show servers state` have it. */
export const expectSameServers = (watched: LabWatch): Promise<void> =>
  watched.agrees(
    async () => ({ stat: await byHand.servers(), bits: await byHand.adminBits() }),
    ({ stat, bits }, shown) => {
      const views = shown.haproxy.proxies.flatMap(({ proxy, servers }) =>
        servers.map(({ server, views: [first] }) => {
          if (first === undefined) throw new Error(`${proxy}/${server} is not seen`);
          const view = known(first.view);
          return [
            `${proxy}/${server}`,
            { status: view.status, weight: String(view.weight), check: view.check?.code, bits: known(view.admin).bits },
          ] as const;
        }),
      );
      expect(Object.fromEntries(views)).toEqual(
        Object.fromEntries(
          Object.entries(stat).map(([name, { status, weight, check_status: check }]) => [
            name,
            { status, weight, check, bits: bits[name] },
          ]),
        ),
      );
    },
  );

/** What both sizes of the screen must say. */
export const expectOnScreens = async (watched: LabWatch, ...words: readonly RegExp[]): Promise<void> => {
  for (const size of SIZES) {
    // A summary is longer while something is still being found out, and is cut at the pane's edge.
    await vi.waitFor(
      async () => {
        const screen = await screenOf(watched.watch, size);
        for (const word of words) expect(screen, `${size.columns}×${size.rows}`).toMatch(word);
        expect(screen.split("\n").length).toBeLessThanOrEqual(size.rows);
      },
      { timeout: 30_000, interval: 1_000 },
    );
  }
};
