import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownName } from "../number.ts";
import { attempt } from "../machine/exec.ts";
import type { LabHost } from "../topology.ts";
import { machineName } from "./process.ts";

const GROUP = ownName("midwatch-lab");

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Roots of the hierarchies in which systemd keeps its units: named (v1), hybrid, or unified. */
const hierarchies = async (): Promise<readonly string[]> => {
  const base = "/sys/fs/cgroup";
  const found: string[] = [];
  for (const path of [join(base, "systemd"), join(base, "unified"), base]) {
    if (await exists(join(path, "cgroup.procs"))) found.push(path);
  }
  return found;
};

/**
 * Each host needs a cgroup of its own: in a shared one, stopping a unit on one host would wait for the unit of the
 * same name on the others. Returns what must stand before nspawn's argv to get there.
 */
export const cgroupPrefix = async (host: LabHost): Promise<readonly string[]> => {
  if (await exists("/run/systemd/system")) {
    return ["systemd-run", "--scope", "--quiet", "--collect", `--unit=${machineName(host)}`, "-p", "Delegate=yes"];
  }
  const folders = (await hierarchies()).map((path) => join(path, GROUP, host.name));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const moves = folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join("; ");
  return ["sh", "-c", `${moves}; exec "$@"`, "sh"];
};

/** Removes the groups of hosts that have ended; only empty ones can go. */
export const removeCgroups = async (): Promise<void> => {
  for (const path of await hierarchies()) {
    const group = join(path, GROUP);
    if (!(await exists(group))) continue;
    await writeFile(join(group, "cgroup.kill"), "1").catch(() => undefined);
    await attempt(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
  }
};
