import { mkdir } from "node:fs/promises";
import { bootAll } from "../cluster/assemble.ts";
import { writeInventories } from "../cluster/inventory.ts";
import { writeKnownHosts } from "../cluster/keys.ts";
import type { Lab } from "../cluster/lab.ts";
import { repair } from "../cluster/repair.ts";
import { fillPlace, openRun } from "../cluster/run.ts";
import { ensureServices } from "../cluster/services.ts";
import { readState, saveState, type RunState } from "../cluster/state.ts";
import { verify } from "../cluster/verify.ts";
import type { LabDirs } from "../dirs.ts";
import { baseImage } from "../image/base.ts";
import { preparedCluster } from "../image/prepared.ts";
import { preflight } from "../machine/preflight.ts";
import { say, step } from "../machine/progress.ts";
import { HOSTS } from "../topology.ts";

/** A run that exists goes on with what it was made from, also when the lab's files have changed since. */
const stateOf = async (dirs: LabDirs): Promise<RunState> => {
  const distribution = await preflight();
  const present = await readState(dirs);
  if (present !== undefined) return present;
  const base = await baseImage(dirs.cache, distribution);
  const state = { base, golden: [await preparedCluster(dirs.cache, base)], data: ["uploads"] };
  await mkdir(dirs.run, { recursive: true });
  await saveState(dirs, state);
  return state;
};

const howToConnect = (dirs: LabDirs, { keys }: Lab): void => {
  const ssh = (user: string, key: string): string =>
    `  ssh -i ${key} -o UserKnownHostsFile=${dirs.knownHosts} ${user}@${HOSTS[0]?.address ?? ""}`;
  say(
    [
      "",
      "The lab is up:",
      ...HOSTS.map(({ name, address, roles }) => `  ${name.padEnd(5)} ${address}  ${roles.join(", ")}`),
      "",
      "Console, as an operator and as a viewer:",
      `  npm run midwatch -- --inventory ${dirs.inventory}`,
      `  npm run midwatch -- --inventory ${dirs.viewerInventory}`,
      "",
      "By hand:",
      "  npm run lab -- sh web1 gluster volume status",
      ssh("ops", keys.ops.path),
      ssh("viewer", keys.viewer.path),
      "  npm run lab -- traffic --seconds 60 --rate 10",
      "  npm run lab -- reset      back to this state",
      "  npm run lab down          leaves nothing behind",
    ].join("\n"),
  );
};

/** Makes the cluster, or what is missing of it, and ends when every daemon says that it is well. */
export const up = async (dirs: LabDirs): Promise<void> => {
  const state = await stateOf(dirs);
  const lab = await step("keys and secrets", () => openRun(dirs, state));
  await step("disks", () => Promise.all(lab.places.map((place) => fillPlace(place, state))));
  await step("hosts booted", () => bootAll(lab));
  await step("configuration", () => Promise.all(lab.places.map((place) => repair(place, lab))));
  await ensureServices(lab);
  await writeKnownHosts(dirs.knownHosts, lab.keys);
  await writeInventories(dirs, lab);
  await verify(lab.secrets, 60_000);
  howToConnect(dirs, lab);
};
