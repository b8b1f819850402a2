import { createHash } from "node:crypto";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../machine/exec.ts";
import type { Distribution } from "../machine/preflight.ts";
import type { Source, Sources } from "../machine/sources.ts";
import { inRoot } from "./chroot.ts";

const STORE = "/srv/apt";

const debLine = ({ uri, suite, components }: Source): string => `deb ${uri} ${suite} ${components.join(" ")}\n`;

export const writeSources = (root: string, sources: readonly Source[]): Promise<void> =>
  writeFile(join(root, "etc/apt/sources.list"), sources.map(debLine).join(""));

/** Downloads what `source` has newer than the image, as real packages, without installing anything. */
const download = async (root: string, release: Source, source: Source, folder: string): Promise<void> => {
  await writeSources(root, [release, source]);
  await inRoot(
    root,
    `mkdir -p ${folder}/partial
     apt-get -q update
     apt-get -q -y --download-only -o APT::Sandbox::User=root -o Dir::Cache::archives=${folder} dist-upgrade
     rm -rf ${folder}/partial ${folder}/lock`,
    900_000,
  );
};

/** apt writes an epoch's colon as %3a, which its own `file:` method then decodes once too often. */
const plainNames = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (name.includes("%3a")) await rename(join(folder, name), join(folder, name.replaceAll("%3a", "_")));
  }
};

/**
 * The index of a local repository. Origin and suite are the real ones, so that apt on a host says of each package
 * whether it is a security upgrade just as it does on a server.
 */
const writeIndex = async (folder: string, { id, codename, version }: Distribution, kind: string): Promise<void> => {
  const packages = await run(["dpkg-scanpackages", "-m", "."], { cwd: folder, timeoutMs: 300_000 });
  const text = `${packages}\n`;
  const origin = id === "debian" ? "Debian" : "Ubuntu";
  const label = id === "debian" && kind === "security" ? "Debian-Security" : origin;
  await writeFile(join(folder, "Packages"), text);
  await writeFile(
    join(folder, "Release"),
    [
      `Origin: ${origin}`,
      `Label: ${label}`,
      `Suite: ${codename}-${kind}`,
      `Codename: ${codename}-${kind}`,
      ...(id === "debian" ? [`Version: ${version}`] : []),
      `Date: ${new Date().toUTCString()}`,
      "SHA256:",
      ` ${createHash("sha256").update(text).digest("hex")} ${Buffer.byteLength(text)} Packages`,
      "",
    ].join("\n"),
  );
};

/** Leaves the image at its release, with the newer packages in a repository of its own as its only source. */
export const addNewerPackages = async (root: string, sources: Sources, distribution: Distribution): Promise<void> => {
  const lists: string[] = [];
  for (const { kind, source } of sources.newer) {
    const folder = `${STORE}/${kind}`;
    const outside = join(root, folder);
    await mkdir(outside, { recursive: true });
    await download(root, sources.release, source, folder);
    await plainNames(outside);
    // apt refuses an index without packages; a suite may have nothing newer today.
    if (!(await readdir(outside)).some((name) => name.endsWith(".deb"))) continue;
    await writeIndex(outside, distribution, kind);
    lists.push(`deb [trusted=yes] file:${folder} ./\n`);
  }
  await writeFile(join(root, "etc/apt/sources.list"), lists.join(""));
  await inRoot(root, "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin; apt-get clean; apt-get -q update");
};
