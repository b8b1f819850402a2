import { access, rm } from "node:fs/promises";
import type { LabDirs } from "../dirs.ts";
import { killHost } from "../hosts/boot.ts";
import { removeCgroups } from "../hosts/cgroup.ts";
import { unmountBelow } from "../hosts/disks.ts";
import { removeNetwork } from "../hosts/network.ts";
import { say, step } from "../machine/progress.ts";
import { HOSTS } from "../topology.ts";

/** Takes the lab away, also one that was left half-made: it goes by names, not by what a file remembers. */
export const down = async (dirs: LabDirs): Promise<void> => {
  await step("hosts stopped", () => Promise.all(HOSTS.map(killHost)));
  await step("disks and mounts removed", async () => {
    await unmountBelow(dirs.run);
    await unmountBelow(dirs.cache);
    await rm(dirs.run, { recursive: true, force: true });
  });
  await step("network removed", async () => {
    await removeNetwork();
    await removeCgroups();
  });
  const cached = await access(dirs.cache).then(
    () => `; the images for the next up stay in ${dirs.cache}`,
    () => "",
  );
  say(`The lab is gone${cached}.`);
};
