import { createHash } from "node:crypto";
import { access, readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unmountBelow } from "../hosts/disks.ts";
import { DISKS } from "../hosts/place.ts";
import { longStep } from "../machine/progress.ts";
import { LAB_NUMBER } from "../number.ts";
import { HOSTS } from "../topology.ts";
import { prepareCluster } from "./prepare.ts";

/** What a prepared cluster depends on; a change in any of these makes another one. */
const RECIPE = [
  "prepare.ts",
  "../files/web/",
  "../topology.ts",
  "../number.ts",
  "../hosts/place.ts",
  "../services/gluster-volumes.ts",
];

/** Its addresses are inside, so every lab has its own. */
const PREPARED = `prepared-${LAB_NUMBER}-`;

const recipeFiles = async (): Promise<readonly string[]> => {
  const files = await Promise.all(
    RECIPE.map(async (name) => {
      const path = fileURLToPath(new URL(name, import.meta.url));
      return name.endsWith("/") ? (await readdir(path)).map((entry) => join(path, entry)) : [path];
    }),
  );
  return files.flat().toSorted();
};

const folderName = async (base: string): Promise<string> => {
  const hash = createHash("sha256").update(basename(base));
  for (const path of await recipeFiles()) hash.update(await readFile(path));
  return `${PREPARED}${hash.digest("hex").slice(0, 10)}`;
};

/** Keeps a host's layer and its disk images; what was mounted or scratch goes. */
const keepLayers = async (building: string, folder: string): Promise<void> => {
  const keep = new Set(["upper", ...DISKS.map(({ name }) => `${name}.img`)]);
  for (const { name } of HOSTS) {
    for (const entry of await readdir(join(building, name))) {
      if (!keep.has(entry)) await rm(join(building, name, entry), { recursive: true, force: true });
    }
  }
  for (const name of ["keys", "secrets"]) await rm(join(building, name), { recursive: true, force: true });
  await rename(building, folder);
};

/**
 * The folder of a prepared cluster: what is the same in every run (volumes, a database with its schema, enabled
 * units), made once by the real daemons and kept in the cache as one layer and two disk images per host.
 */
export const preparedCluster = async (cache: string, base: string): Promise<string> => {
  const folder = join(cache, await folderName(base));
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  if (there) return folder;
  for (const name of await readdir(cache)) {
    if (!name.startsWith(PREPARED)) continue;
    await unmountBelow(join(cache, name));
    await rm(join(cache, name), { recursive: true, force: true });
  }
  const building = `${folder}.building`;
  await longStep("prepared cluster: made once for this version of the lab", () => prepareCluster(building, base));
  await keepLayers(building, folder);
  return folder;
};
