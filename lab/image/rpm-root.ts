import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attempt, run, type Ran } from "../machine/exec.ts";
import type { Distribution } from "../machine/preflight.ts";
import { machineSources } from "../machine/sources.ts";
import { baseImage, lendProxy } from "./base.ts";
import { inRoot, removeRoot, withMachine } from "./chroot.ts";
import { writeSources } from "./newer.ts";

const MAKE = fileURLToPath(new URL("../files/rpm/make.sh", import.meta.url));
const PACKAGES = ["dnf", "dnf-plugins-core", "rpm", "createrepo-c"] as const;

/** A host of packages in RPM's format, that is not booted: the real dnf and rpm, on packages made for it. */
export interface RpmRoot {
  /** As root of it, the way a host's shell starts it. */
  readonly attempt: (argv: readonly string[]) => Promise<Ran>;
  readonly sh: (script: string) => Promise<string>;
}

/** Lets `work` have one on top of the base image; takes half a minute and leaves nothing behind in `folder`. */
export const withRpmRoot = async (
  { cache, folder, distribution }: { cache: string; folder: string; distribution: Distribution },
  work: (root: RpmRoot) => Promise<void>,
): Promise<void> => {
  const base = await baseImage(cache, distribution);
  const [upper, scratch, root] = ["upper", "work", "root"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([upper, scratch, root].map((path) => mkdir(path, { recursive: true })));
  await run(["mount", "-t", "overlay", "lab", "-o", `lowerdir=${base},upperdir=${upper},workdir=${scratch}`, root]);
  try {
    await lendProxy(root);
    await withMachine(root, async () => {
      await writeSources(root, [(await machineSources(distribution)).release]);
      await inRoot(
        root,
        `apt-get -q update; apt-get -q -y --no-install-recommends install ${PACKAGES.join(" ")}`,
        300_000,
      );
      await inRoot(root, await readFile(MAKE, "utf8"));
      await work({
        attempt: (argv) =>
          attempt(["chroot", root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", ...argv]),
        sh: (script) => inRoot(root, script),
      });
    });
  } finally {
    await attempt(["umount", "-l", root]);
    await removeRoot(folder);
  }
};
