import { readFile, readdir, readlink, stat } from "node:fs/promises";
import { attempt, failure, type ExecOptions, type Ran } from "../machine/exec.ts";
import { labError } from "../machine/error.ts";
import { ownName } from "../number.ts";
import type { LabHost } from "../topology.ts";
import { namespacePath } from "./network.ts";

const processes = async (): Promise<readonly number[]> =>
  (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);

const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/** systemd as process 1 of its own PID namespace: what is between it and nspawn must not be entered. */
const isInit = (status: string): boolean => /^Name:\tsystemd$/m.test(status) && /^NSpid:.*\t1$/m.test(status);

/**
 * The process to enter for a host, found by its network namespace: no state file can go stale, whoever started it.
 * Undefined when the host is not running.
 */
export const findInit = async (host: LabHost): Promise<number | undefined> => {
  const namespace = await stat(namespacePath(host)).catch(() => undefined);
  if (namespace === undefined) return undefined;
  const wanted = `net:[${namespace.ino}]`;
  for (const pid of await processes()) {
    const net = await readlink(`/proc/${pid}/ns/net`).catch(() => "");
    if (net === wanted && isInit(await read(`/proc/${pid}/status`))) return pid;
  }
  return undefined;
};

export const machineName = (host: LabHost): string => ownName(`midwatch-${host.name}`);

/** The nspawn processes of a host on this machine, which hold its mounts until they end. */
export const findSupervisors = async (host: LabHost): Promise<readonly number[]> => {
  const found: number[] = [];
  for (const pid of await processes()) {
    const argv = (await read(`/proc/${pid}/cmdline`)).split("\0");
    if (argv[0]?.endsWith("systemd-nspawn") === true && argv.includes(`--machine=${machineName(host)}`))
      found.push(pid);
  }
  return found;
};

export const enter = (pid: number): readonly [string, ...string[]] => [
  "nsenter", "-t", String(pid), "-a", "/usr/bin/env", "-i", "HOME=/root", "LC_ALL=C", "USER=root",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
]; // prettier-ignore

/** Runs a shell script as root on a host and reports how it went. */
export const tryIn = async (host: LabHost, script: string, options: ExecOptions = {}): Promise<Ran> => {
  const pid = await findInit(host);
  if (pid === undefined) {
    return { ok: false, exitCode: undefined, stdout: "", stderr: `${host.name} is not running`, timedOut: false };
  }
  return attempt([...enter(pid), "sh", "-c", script], { timeoutMs: 30_000, ...options });
};

/** Runs a shell script as root on a host; a failure is an error with the script's own last words. */
export const inHost = async (host: LabHost, script: string, options: ExecOptions = {}): Promise<string> => {
  const ran = await tryIn(host, script, options);
  if (!ran.ok) throw labError(failure(`${host.name}: ${script.split("\n")[0] ?? ""}`, ran));
  return ran.stdout;
};
