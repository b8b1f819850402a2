import { execa } from "execa";
import { enter, findInit } from "../hosts/process.ts";
import { labError } from "../machine/error.ts";
import { requireRoot } from "../machine/preflight.ts";
import { HOSTS, hostNamed } from "../topology.ts";

/**
 * Runs a command as root on a host, with this terminal's input and output; its exit code is the command's own. One
 * word is a shell script, several are an argument list, none is a shell.
 */
export const sh = async (name: string, command: readonly string[]): Promise<number> => {
  requireRoot();
  const host = hostNamed(name);
  if (host === undefined)
    throw labError(`there is no host ${name}`, `hosts: ${HOSTS.map((one) => one.name).join(" ")}`);
  const pid = await findInit(host);
  if (pid === undefined) throw labError(`${name} is not running`, "npm run lab up");
  const [script] = command;
  const argv = script === undefined ? ["bash", "-i"] : command.length === 1 ? ["bash", "-c", script] : command;
  const [file, ...args] = enter(pid);
  const terminal = `TERM=${process.env["TERM"] ?? "dumb"}`;
  const result = await execa(file, [...args, terminal, ...argv], { stdio: "inherit", reject: false });
  return result.exitCode ?? 1;
};
