import { inHost, tryIn } from "../hosts/process.ts";
import { waitFor } from "../machine/wait.ts";
import { VOLUMES, masterHost, webHosts } from "../topology.ts";
import { remount } from "./gluster.ts";
import { allBricks, allPeers } from "./gluster-state.ts";

/** Gluster allows one transaction at a time and says so; a second asker waits instead of failing. */
export const gluster = (command: string, timeoutMs = 60_000): Promise<string> =>
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
