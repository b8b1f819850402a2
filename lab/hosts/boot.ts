import { spawn } from "node:child_process";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { kill } from "node:process";
import { labError } from "../machine/error.ts";
import { waitFor } from "../machine/wait.ts";
import type { LabHost } from "../topology.ts";
import { cgroupPrefix } from "./cgroup.ts";
import { namespacePath } from "./network.ts";
import { disksOf, mountOf, rootOf, type Place } from "./place.ts";
import { findInit, findSupervisors, machineName, tryIn } from "./process.ts";

const nspawn = (place: Place): readonly string[] => [
  "systemd-nspawn",
  "--quiet",
  `--directory=${rootOf(place)}`,
  "--boot",
  "--register=no",
  "--keep-unit",
  `--machine=${machineName(place.host)}`,
  `--hostname=${place.host.name}`,
  `--network-namespace-path=${namespacePath(place.host)}`,
  "--bind=/dev/fuse",
  ...disksOf(place.host).map((disk) => `--bind=${mountOf(place, disk)}:${disk.mount}`),
  "--capability=all",
  "--console=pipe",
  "--link-journal=no",
  "--resolv-conf=off",
  "--timezone=off",
];

/** Starts a host in a session of its own, so that it outlives this command. Its console goes to a file. */
const start = async (place: Place): Promise<void> => {
  const [file, ...args] = [...(await cgroupPrefix(place.host)), ...nspawn(place)];
  if (file === undefined) return;
  const log = await open(join(place.dir, "console.log"), "a");
  const child = spawn(file, args, {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: process.env["PATH"] },
  });
  child.on("error", () => undefined);
  child.unref();
  await log.close();
};

/** Far enough to be asked; what waits for the other hosts (members, mounts) comes later. */
const booted = async (host: LabHost): Promise<true | undefined> => {
  const { ok } = await tryIn(host, "systemctl is-active dbus ssh", { timeoutMs: 5_000 });
  return ok || undefined;
};

/** Boots a host whose place is mounted and waits until it can be entered; does nothing for one that runs. */
export const bootHost = async (place: Place): Promise<void> => {
  if ((await findInit(place.host)) === undefined) await start(place);
  await waitFor(`${place.host.name} boots`, () => booted(place.host), {
    timeoutMs: 60_000,
    advice: `its console: ${join(place.dir, "console.log")}`,
  });
};

const signal = (pid: number): void => {
  try {
    kill(pid, "SIGKILL");
  } catch {
    // It ended in between, which is what was wanted.
  }
};

/** Ends a host at once, like a pulled plug: its first process takes all others with it. */
export const killHost = async (host: LabHost): Promise<void> => {
  const init = await findInit(host);
  if (init !== undefined) signal(init);
  const end = performance.now() + 5_000;
  await waitFor(
    `${host.name} ends`,
    async () => {
      const supervisors = await findSupervisors(host);
      if (performance.now() > end) supervisors.forEach(signal);
      return supervisors.length === 0 && (await findInit(host)) === undefined ? true : undefined;
    },
    { timeoutMs: 15_000, everyMs: 50 },
  ).catch((error: unknown) => {
    throw labError(`${host.name} does not end`, "see what holds it: ps -ef | grep nspawn", error);
  });
  await rm(`/run/systemd/nspawn/propagate/${machineName(host)}`, { recursive: true, force: true });
};
