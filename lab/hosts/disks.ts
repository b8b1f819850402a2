import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt, run } from "../machine/exec.ts";
import { waitFor } from "../machine/wait.ts";
import { disksOf, imageOf, mountOf, rootOf, upperOf, type Disk, type Place } from "./place.ts";

/** Makes an empty file system in a sparse file. */
export const makeDisk = async (place: Place, disk: Disk): Promise<void> => {
  const image = imageOf(place, disk);
  await run(["truncate", "-s", `${disk.sizeMiB}M`, image]);
  await run(["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=1", image]);
};

export const copyDisk = (from: Place, to: Place, disk: Disk): Promise<string> =>
  run(["cp", "--sparse=always", "--reflink=auto", imageOf(from, disk), imageOf(to, disk)]);

/** All mount points of this machine at or below a folder, deepest first. */
const mountsBelow = async (folder: string): Promise<readonly string[]> => {
  const table = await readFile("/proc/self/mounts", "utf8");
  return table
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length);
};

/** Puts a host's root together and mounts its disks; does nothing where that has been done. */
export const mountPlace = async (place: Place): Promise<void> => {
  const root = rootOf(place);
  const work = join(place.dir, "work");
  const there = await mountsBelow(place.dir);
  await Promise.all([root, upperOf(place), work].map((folder) => mkdir(folder, { recursive: true })));
  if (!there.includes(root)) {
    const layers = `lowerdir=${place.layers.join(":")},upperdir=${upperOf(place)},workdir=${work}`;
    await run(["mount", "-t", "overlay", "overlay", "-o", layers, root]);
  }
  for (const disk of disksOf(place.host)) {
    const mount = mountOf(place, disk);
    await mkdir(mount, { recursive: true });
    if (!there.includes(mount)) await run(["mount", "-o", "loop", imageOf(place, disk), mount]);
  }
};

/** Unmounts everything below a folder; a mount that stays busy is detached, which frees it with its last user. */
export const unmountBelow = async (folder: string): Promise<void> => {
  await waitFor(
    `unmounting ${folder}`,
    async () => {
      const mounts = await mountsBelow(folder);
      for (const path of mounts) await attempt(["umount", path]);
      return (await mountsBelow(folder)).length === 0 ? true : undefined;
    },
    { timeoutMs: 5_000 },
  ).catch(async () => {
    for (const path of await mountsBelow(folder)) await attempt(["umount", "-l", path]);
  });
};
