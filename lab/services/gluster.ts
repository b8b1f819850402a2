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

/** Bricks that run, self-heal daemons not counted. */
const onlineBricks = async (): Promise<number> => {
  const { stdout } = await tryIn(masterHost, "timeout 20 gluster --xml volume status all");
  return count(stdout, /<path>\/bricks\/[^<]*<\/path>\s*<peerid>[^<]*<\/peerid>\s*<status>1<\/status>/g);
};

/** Undefined while a brick cannot say. The counts are text even with --xml (10.3). */
const pendingHeals = async (): Promise<number | undefined> => {
  let sum = 0;
  for (const { name } of VOLUMES) {
    const { stdout } = await tryIn(masterHost, `timeout 20 gluster volume heal ${name} statistics heal-count`);
    const counts = [...stdout.matchAll(/^Number of entries: (\d+)$/gm)].map(([, digits]) => Number(digits));
    if (counts.length !== webHosts.length) return undefined;
    sum += counts.reduce((a, b) => a + b, 0);
  }
  return sum;
};

const mountedOn = async (host: LabHost): Promise<number> => {
  const each = await Promise.all(VOLUMES.map(({ mount }) => tryIn(host, MOUNTED(mount), { timeoutMs: 8_000 })));
  return each.filter(({ ok }) => ok).length;
};

export const glusterState = async (): Promise<GlusterState> => {
  const mounts = await Promise.all(webHosts.map(mountedOn));
  return {
    peers: await connectedPeers(),
    bricks: await onlineBricks(),
    mounts: mounts.reduce((a, b) => a + b, 0),
    pending: await pendingHeals(),
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

const allBricks = (): Promise<true> =>
  waitFor(
    "all bricks are online",
    async () => (await onlineBricks()) === VOLUMES.length * webHosts.length || undefined,
    { timeoutMs: 60_000, advice: `npm run lab -- sh ${masterHost.name} gluster volume status` },
  );

const remount = async (host: LabHost): Promise<void> => {
  for (const { mount, unit } of VOLUMES) {
    const script = `${MOUNTED(mount)} || { umount -l ${mount}; systemctl reset-failed '${unit}'; systemctl restart '${unit}'; }`;
    await tryIn(host, script, { timeoutMs: 60_000 });
  }
  await inHost(host, "systemctl reset-failed shared-mounts 2>/dev/null; systemctl start shared-mounts", {
    timeoutMs: 90_000,
  });
};

/** Brings peers, bricks, self-heal and mounts back, and waits until nothing is left to heal. */
export const ensureGluster = async (): Promise<void> => {
  await Promise.all(webHosts.map((host) => inHost(host, "systemctl start glusterd", { timeoutMs: 60_000 })));
  await allPeers();
  if ((await onlineBricks()) < VOLUMES.length * webHosts.length) {
    for (const { name } of VOLUMES) await gluster(`volume start ${name} force`);
  }
  await allBricks();
  await Promise.all(webHosts.map(remount));
  if ((await pendingHeals()) === 0) return;
  for (const { name } of VOLUMES) await tryIn(masterHost, `timeout 20 gluster volume heal ${name}`);
  await waitFor("all files are healed", async () => (await pendingHeals()) === 0 || undefined, {
    timeoutMs: 60_000,
    everyMs: 500,
  });
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

/** Empties /data down to its one folder, by way of a mount as everyone else does. */
export const clearData = (): Promise<string> =>
  inHost(masterHost, "find /data -mindepth 1 -not -path /data/uploads -delete", { timeoutMs: 60_000 });
