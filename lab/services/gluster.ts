import { inHost, tryIn } from "../hosts/process.ts";
import { waitFor } from "../machine/wait.ts";
import { VOLUMES, masterHost, webHosts, type LabHost } from "../topology.ts";

const MOUNTED = (path: string): string =>
  `timeout 3 findmnt -n -M ${path} -o FSTYPE | grep -qx fuse.glusterfs && timeout 3 stat ${path} >/dev/null`;

/** Gluster allows one transaction at a time and says so; a second asker waits instead of failing. */
const gluster = (command: string, timeoutMs = 60_000): Promise<string> =>
  waitFor(
    `gluster ${command}`,
    async () => {
      const { ok, stdout, stderr } = await tryIn(masterHost, `timeout 30 gluster --mode=script ${command}`, {
        timeoutMs,
      });
      const text = `${stdout}\n${stderr}`;
      return ok && !/Another transaction|Locking failed/i.test(text) ? stdout : undefined;
    },
    { timeoutMs, everyMs: 500, advice: `npm run lab -- sh ${masterHost.name} gluster ${command}` },
  );

export interface GlusterState {
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

const allBricksOf = async (): Promise<Bricks> => {
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

const allPeers = (): Promise<true> =>
  waitFor(
    "all Gluster peers are connected",
    async () => (await connectedPeers()) === webHosts.length - 1 || undefined,
    {
      timeoutMs: 60_000,
      advice: `npm run lab -- sh ${masterHost.name} gluster peer status`,
    },
  );

const ALL_BRICKS = VOLUMES.length * webHosts.length;

const allBricks = (): Promise<true> =>
  waitFor("all bricks are online", async () => (await allBricksOf()).online === ALL_BRICKS || undefined, {
    timeoutMs: 45_000,
    advice: `npm run lab -- sh ${masterHost.name} gluster volume status`,
  });

const remount = async (host: LabHost): Promise<void> => {
  for (const { mount, unit } of VOLUMES) {
    const script = `${MOUNTED(mount)} || { umount -l ${mount}; systemctl reset-failed '${unit}'; systemctl restart '${unit}'; }`;
    await tryIn(host, script, { timeoutMs: 60_000 });
  }
  await inHost(host, "systemctl reset-failed shared-mounts 2>/dev/null; systemctl start shared-mounts", {
    timeoutMs: 90_000,
  });
};

/** Starting anew, glusterd starts the bricks that are missing and forgets a transaction that hangs. */
const restartGlusterd = async (): Promise<void> => {
  await Promise.all(webHosts.map((host) => inHost(host, "systemctl restart glusterd", { timeoutMs: 60_000 })));
};

const heal = async (): Promise<void> => {
  const healed = async (): Promise<true | undefined> => {
    if ((await allBricksOf()).pending === 0) return true;
    for (const { name } of VOLUMES) await tryIn(masterHost, `timeout 20 gluster volume heal ${name}`);
    return undefined;
  };
  await waitFor("all files are healed", healed, { timeoutMs: 45_000, everyMs: 1_000 });
};

/** Brings peers, bricks, self-heal and mounts back, and waits until nothing is left to heal. */
export const ensureGluster = async (): Promise<void> => {
  const started = await Promise.all(webHosts.map((host) => tryIn(host, "systemctl is-active glusterd")));
  const well = started.every(({ ok }) => ok) && (await allBricksOf()).online === ALL_BRICKS;
  if (!well) await restartGlusterd();
  await allPeers();
  await allBricks();
  await Promise.all(webHosts.map(remount));
  await heal();
};

const STOP =
  "umount /data /wp-core; systemctl stop shared-mounts glusterd; pkill -x glusterfsd; pkill -x glusterfs; true";

/** Unmounts everywhere, then stops glusterd and, since that leaves them running, the bricks. */
export const stopGluster = async (): Promise<void> => {
  for (const host of webHosts) await inHost(host, STOP, { timeoutMs: 60_000 });
};

/** Makes the pool and its volumes, once, while the cluster is prepared. */
export const createVolumes = async (): Promise<void> => {
  await Promise.all(webHosts.map((host) => inHost(host, "systemctl start glusterd", { timeoutMs: 60_000 })));
  for (const { name } of webHosts.filter((host) => host !== masterHost)) await gluster(`peer probe ${name}`);
  await allPeers();
  for (const { name } of VOLUMES) {
    const bricks = webHosts.map((host) => `${host.name}:/bricks/${name}/brick`).join(" ");
    await gluster(`volume create ${name} replica ${webHosts.length} ${bricks}`);
    // The default of 42 s freezes every mount for that long when a host's network goes.
    await gluster(`volume set ${name} network.ping-timeout 10`);
    await gluster(`volume start ${name}`);
  }
  await allBricks();
  await Promise.all(webHosts.map(remount));
  await inHost(masterHost, "install -d -o www-data -g www-data /data/uploads");
};

/** Options a prepared volume has; any other was set since. */
const OWN_OPTIONS = new Set([
  "network.ping-timeout",
  "cluster.granular-entry-heal",
  "storage.fips-mode-rchecksum",
  "transport.address-family",
  "nfs.disable",
  "performance.client-io-threads",
]);

export const resetVolumeOptions = async (): Promise<void> => {
  for (const { name } of VOLUMES) {
    const options = (await gluster(`volume info ${name}`)).split("Options Reconfigured:")[1] ?? "";
    const names = [...options.matchAll(/^([a-z.-]+): /gm)].flatMap(([, option]) =>
      option === undefined ? [] : [option],
    );
    for (const option of names.filter((one) => !OWN_OPTIONS.has(one))) await gluster(`volume reset ${name} ${option}`);
  }
};

/** The paths below /data, parents first. */
export const dataPaths = async (): Promise<string[]> => {
  const text = await inHost(masterHost, "find /data -mindepth 1 -printf '%P\\0'", { timeoutMs: 60_000 });
  return text
    .split("\0")
    .filter((path) => path !== "")
    .toSorted();
};

/** Removes from /data what is not among `keep`, by way of a mount as everyone else does. */
export const clearData = async (keep: readonly string[]): Promise<void> => {
  const extra = (await dataPaths()).filter((path) => !keep.includes(path)).toReversed();
  const input = extra.map((path) => `${path}\0`).join("");
  if (extra.length > 0) await inHost(masterHost, "cd /data && xargs -0 rm -rf --", { input, timeoutMs: 60_000 });
};
