import { tryIn } from "../hosts/process.ts";
import { waitFor } from "../machine/wait.ts";
import { VOLUMES, masterHost, webHosts, type LabHost } from "../topology.ts";

/** A shell condition: the volume is really mounted there and answers. */
export const MOUNTED = (path: string): string =>
  `timeout 3 findmnt -n -M ${path} -o FSTYPE | grep -qx fuse.glusterfs && timeout 3 stat ${path} >/dev/null`;

interface GlusterState {
  readonly peers: number;
  readonly bricks: number;
  readonly mounts: number;
  readonly pending: number | undefined;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

const connectedPeers = async (): Promise<number> => {
  const { stdout } = await tryIn(masterHost, "timeout 10 gluster --xml peer status");
  return count(stdout, /<connected>1<\/connected>/g);
};

interface Bricks {
  readonly online: number;
  /** Undefined while a brick cannot say. */
  readonly pending: number | undefined;
}

/**
 * Asked by `heal info summary`, which goes to the bricks itself: `volume status` and `heal-count` are transactions of
 * all glusterds, hang for two minutes when a host's network is gone, and lock out everyone else as long.
 */
const bricksOf = async (volume: string): Promise<Bricks> => {
  const { stdout } = await tryIn(masterHost, `timeout 15 gluster volume heal ${volume} info summary`);
  const counts = [...stdout.matchAll(/^Total Number of entries: (\d+)$/gm)].map(([, digits]) => Number(digits));
  return {
    online: count(stdout, /^Status: Connected$/gm),
    pending: counts.length === webHosts.length ? counts.reduce((a, b) => a + b, 0) : undefined,
  };
};

export const allBricksOf = async (): Promise<Bricks> => {
  const each = await Promise.all(VOLUMES.map(({ name }) => bricksOf(name)));
  return {
    online: each.reduce((sum, { online }) => sum + online, 0),
    pending: each.reduce<number | undefined>(
      (sum, { pending }) => (sum === undefined || pending === undefined ? undefined : sum + pending),
      0,
    ),
  };
};

const mountedOn = async (host: LabHost): Promise<number> => {
  const each = await Promise.all(VOLUMES.map(({ mount }) => tryIn(host, MOUNTED(mount), { timeoutMs: 8_000 })));
  return each.filter(({ ok }) => ok).length;
};

export const glusterState = async (): Promise<GlusterState> => {
  const [mounts, bricks] = await Promise.all([Promise.all(webHosts.map(mountedOn)), allBricksOf()]);
  return {
    peers: await connectedPeers(),
    bricks: bricks.online,
    mounts: mounts.reduce((a, b) => a + b, 0),
    pending: bricks.pending,
  };
};

export const allPeers = (): Promise<true> =>
  waitFor(
    "all Gluster peers are connected",
    async () => (await connectedPeers()) === webHosts.length - 1 || undefined,
    {
      timeoutMs: 60_000,
      advice: `npm run lab -- sh ${masterHost.name} gluster peer status`,
    },
  );

export const ALL_BRICKS = VOLUMES.length * webHosts.length;

export const allBricks = (): Promise<true> =>
  waitFor("all bricks are online", async () => (await allBricksOf()).online === ALL_BRICKS || undefined, {
    timeoutMs: 45_000,
    advice: `npm run lab -- sh ${masterHost.name} gluster volume status`,
  });
