import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { bootAll, stopAll } from "../cluster/assemble.ts";
import type { Lab } from "../cluster/lab.ts";
import { openRun } from "../cluster/run.ts";
import { ensureServices } from "../cluster/services.ts";
import { requireState, saveState } from "../cluster/state.ts";
import { verify } from "../cluster/verify.ts";
import type { LabDirs } from "../dirs.ts";
import { copyDisk } from "../hosts/disks.ts";
import { disksOf, upperOf, type Place } from "../hosts/place.ts";
import { step } from "../machine/progress.ts";
import { stopGalera } from "../services/galera.ts";
import { dataPaths } from "../services/gluster-volumes.ts";
import { stopGluster } from "../services/gluster.ts";

const nextFolder = async (dirs: LabDirs): Promise<string> => {
  await mkdir(dirs.snapshot, { recursive: true });
  return join(dirs.snapshot, String((await readdir(dirs.snapshot)).length + 1));
};

/** What a stopped host has written becomes one more read-only layer; its disks are copied beside it. */
const keep = async (place: Place, folder: string): Promise<void> => {
  const kept: Place = { ...place, dir: join(folder, place.host.name) };
  await mkdir(kept.dir, { recursive: true });
  await rename(upperOf(place), upperOf(kept));
  for (const disk of disksOf(place.host)) await copyDisk(place, kept, disk);
};

/**
 * Makes the present state the one that `reset` goes back to. The cluster is stopped in good order for a moment: disks
 * that are copied while daemons write are not a state anyone was ever in.
 */
export const snapshot = async (dirs: LabDirs): Promise<void> => {
  const state = await requireState(dirs);
  const lab: Lab = await openRun(dirs, state);
  await verify(lab.secrets, 20_000);
  const data = await dataPaths();
  await step("cluster stopped", async () => {
    await stopGluster();
    await stopGalera();
    await stopAll(lab.places);
  });
  const folder = await nextFolder(dirs);
  await step("layers and disks kept", () => Promise.all(lab.places.map((place) => keep(place, folder))));
  const next = { ...state, golden: [folder, ...state.golden], data };
  await saveState(dirs, next);
  const again = await openRun(dirs, next);
  await step("hosts booted", () => bootAll(again));
  await ensureServices(again);
  await verify(again.secrets, 60_000);
};
