import { inHost, tryIn } from "../hosts/process.ts";
import { waitFor } from "../machine/wait.ts";
import { VOLUMES, masterHost, webHosts, type LabHost } from "../topology.ts";
import { ALL_BRICKS, MOUNTED, allBricks, allBricksOf, allPeers } from "./gluster-state.ts";

export const remount = async (host: LabHost): Promise<void> => {
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

/** Starts heals and waits until nothing is left to heal. */
export const healed = async (): Promise<void> => {
  const look = async (): Promise<true | undefined> => {
    if ((await allBricksOf()).pending === 0) return true;
    for (const { name } of VOLUMES) await tryIn(masterHost, `timeout 20 gluster volume heal ${name}`);
    return undefined;
  };
  await waitFor("all files are healed", look, { timeoutMs: 45_000, everyMs: 1_000 });
};

/** Brings peers, bricks, self-heal and mounts back, and waits until nothing is left to heal. */
export const ensureGluster = async (): Promise<void> => {
  const started = await Promise.all(webHosts.map((host) => tryIn(host, "systemctl is-active glusterd")));
  const well = started.every(({ ok }) => ok) && (await allBricksOf()).online === ALL_BRICKS;
  if (!well) await restartGlusterd();
  await allPeers();
  await allBricks();
  await Promise.all(webHosts.map(remount));
  await healed();
};

const STOP =
  "umount /data /wp-core; systemctl stop shared-mounts glusterd; pkill -x glusterfsd; pkill -x glusterfs; true";

/** Unmounts everywhere, then stops glusterd and, since that leaves them running, the bricks. */
export const stopGluster = async (): Promise<void> => {
  for (const host of webHosts) await inHost(host, STOP, { timeoutMs: 60_000 });
};
