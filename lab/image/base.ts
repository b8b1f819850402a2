import { createHash } from "node:crypto";
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attempt, run } from "../machine/exec.ts";
import type { Distribution } from "../machine/preflight.ts";
import { longStep, step } from "../machine/progress.ts";
import { machineSources } from "../machine/sources.ts";
import { inRoot, removeRoot, withMachine } from "./chroot.ts";
import { addNewerPackages, writeSources } from "./newer.ts";
import { BOOTSTRAP, PACKAGES } from "./packages.ts";

const FINISH = fileURLToPath(new URL("../files/base/finish.sh", import.meta.url));

/** The name says what the image was made from: another package list or finish script is another image. */
const imageName = async ({ codename }: Distribution): Promise<string> => {
  const recipe = JSON.stringify([BOOTSTRAP, PACKAGES, await readFile(FINISH, "utf8")]);
  return `base-${codename}-${createHash("sha256").update(recipe).digest("hex").slice(0, 10)}`;
};

/** The machine may reach its mirror through a proxy; the image needs it while it is built and never after. */
export const lendProxy = async (root: string): Promise<string> => {
  const dump = await attempt(["apt-config", "dump"]);
  const lines = dump.stdout.split("\n").filter((line) => /^Acquire::(http|https)::(Proxy|CaInfo)/i.test(line));
  const path = join(root, "etc/apt/apt.conf.d/00machine");
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
};

const build = async (root: string, distribution: Distribution): Promise<void> => {
  const sources = await machineSources(distribution);
  const { uri, components } = sources.release;
  await longStep(`base image: ${distribution.codename} by debootstrap`, () =>
    run(
      ["debootstrap", "--variant=minbase", `--components=${components.join(",")}`,
        `--include=${BOOTSTRAP.join(",")}`, distribution.codename, root, uri], // prettier-ignore
      { timeoutMs: 900_000 },
    ),
  );
  const proxy = await lendProxy(root);
  await withMachine(root, async () => {
    await longStep("base image: installing the daemons", async () => {
      await writeSources(root, [sources.release]);
      const install = `apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install`;
      await inRoot(root, `apt-get -q update; ${install} ${PACKAGES.join(" ")}; apt-get clean`, 900_000);
    });
    await longStep("base image: fetching newer packages for later upgrades", () =>
      addNewerPackages(root, sources, distribution),
    );
    await step("base image: accounts and units", async () => inRoot(root, await readFile(FINISH, "utf8")));
  });
  await rm(proxy, { force: true });
};

/** The folder of the base image; built on the first call (minutes), found in the cache ever after. */
export const baseImage = async (cache: string, distribution: Distribution): Promise<string> => {
  const root = join(cache, await imageName(distribution));
  const there = await access(root).then(
    () => true,
    () => false,
  );
  if (there) return root;
  await mkdir(cache, { recursive: true });
  for (const name of await readdir(cache)) {
    if (name.startsWith(`base-${distribution.codename}-`)) await removeRoot(join(cache, name));
  }
  const building = `${root}.building`;
  await build(building, distribution);
  await rename(building, root);
  return root;
};
