import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt, run } from "../machine/exec.ts";

/** Runs a shell script inside a root folder that is not booted. */
export const inRoot = (root: string, script: string, timeoutMs = 120_000): Promise<string> =>
  run(["chroot", root, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C",
    "DEBIAN_FRONTEND=noninteractive", "sh", "-euc", script], { timeoutMs }); // prettier-ignore

const MOUNTS = ["proc", "sys", "dev"] as const;

const detach = async (root: string): Promise<void> => {
  for (const name of MOUNTS.toReversed()) await attempt(["umount", "-l", join(root, name)]);
};

/** Packages' scripts need /proc and /dev, and must not start daemons on this machine. */
export const withMachine = async <T>(root: string, work: () => Promise<T>): Promise<T> => {
  const policy = join(root, "usr/sbin/policy-rc.d");
  await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    for (const name of MOUNTS) {
      await mkdir(join(root, name), { recursive: true });
      await run(
        name === "dev"
          ? ["mount", "--bind", "/dev", join(root, name)]
          : ["mount", "-t", name === "proc" ? "proc" : "sysfs", "lab", join(root, name)],
      );
    }
    return await work();
  } finally {
    await detach(root);
    await rm(policy, { force: true });
  }
};

/** Removes a half-made root; a mount left below would take the machine's /dev with it, so it goes first. */
export const removeRoot = async (root: string): Promise<void> => {
  await detach(root);
  await run(["rm", "-rf", "--one-file-system", root], { timeoutMs: 300_000 });
};
