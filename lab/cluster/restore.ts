import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { attempt, run } from "../machine/exec.ts";
import { rootOf, type Place } from "../hosts/place.ts";
import type { Lab } from "./lab.ts";
import { wantedFiles } from "./host-files.ts";

/** What tests and people change by hand; all of /usr would take seconds to compare. State that daemons keep (/var/lib) is theirs to bring back. */
const FOLDERS = [
  "etc",
  "usr/local",
  "usr/bin",
  "usr/sbin",
  "usr/lib/apache2",
  "usr/lib/php",
  "root",
  "home",
  "var/www",
] as const;

/** A special character of rsync's patterns in a path would make the pattern mean something else. */
const pattern = (path: string): string => path.replaceAll(/[*?[\]\\]/g, (character) => `\\${character}`);

/**
 * Makes a host's files again what its layers say, without taking it down: a second, read-only view of the same layers
 * is the source of a copy. Files of this run (keys, passwords) are left alone here. Returns the paths that differed.
 */
export const restoreFiles = async (place: Place, lab: Lab): Promise<readonly string[]> => {
  const golden = join(place.dir, "golden");
  await mkdir(golden, { recursive: true });
  const keep = (await wantedFiles(place, lab)).map(({ path }) => path);
  await run(["mount", "-t", "overlay", "overlay", "-o", `ro,lowerdir=${place.layers.join(":")}`, golden]);
  try {
    const changed: string[] = [];
    for (const folder of FOLDERS) {
      const inside = keep.filter((path) => path.startsWith(`/${folder}/`));
      const text = await run(
        [
          "rsync",
          "-aXO",
          "--delete",
          "--out-format=%n",
          "--exclude-from=-",
          `${golden}/${folder}/`,
          `${rootOf(place)}/${folder}/`,
        ],
        { input: inside.map((path) => `/${pattern(path.slice(folder.length + 2))}\n`).join(""), timeoutMs: 60_000 },
      );
      const paths = text.split("\n").filter((line) => line !== "");
      changed.push(...paths.map((path) => `/${folder}/${path.replace(/^deleting /, "")}`));
    }
    return changed;
  } finally {
    await attempt(["umount", golden]);
  }
};
