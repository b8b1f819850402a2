import { access, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LabDirs } from "../dirs.ts";
import { copyDisk } from "../hosts/disks.ts";
import { disksOf, imageOf, type Place } from "../hosts/place.ts";
import type { LabHost } from "../topology.ts";
import { foldersOf, openLab, type Lab } from "./lab.ts";
import { requireState, type RunState } from "./state.ts";

const layersOf =
  ({ golden, base }: RunState) =>
  (host: LabHost): readonly string[] => [...golden.map((folder) => join(folder, host.name, "upper")), base];

export const openRun = (dirs: LabDirs, state: RunState): Promise<Lab> => openLab(foldersOf(dirs), layersOf(state));

export const openPresentRun = async (dirs: LabDirs): Promise<Lab> => openRun(dirs, await requireState(dirs));

const goldenPlace = (place: Place, { golden }: RunState): Place => ({
  ...place,
  dir: join(golden[0] ?? "", place.host.name),
});

/** Gives a host its disks as they were when all was well, unless it has some. */
export const fillPlace = async (place: Place, state: RunState): Promise<void> => {
  await mkdir(place.dir, { recursive: true });
  for (const disk of disksOf(place.host)) {
    const there = await access(imageOf(place, disk)).then(
      () => true,
      () => false,
    );
    if (!there) await copyDisk(goldenPlace(place, state), place, disk);
  }
};

/** Takes from a stopped host everything it wrote since it was well. */
export const emptyPlace = (place: Place): Promise<void> => rm(place.dir, { recursive: true, force: true });
