import type { HostState } from "../host/state.ts";
import type { World } from "../world.ts";

/** One run of a program on a host. */
export interface Call {
  readonly world: World;
  readonly host: HostState;
  /** The account: `root` when sudo let it through. */
  readonly user: string;
  /** Without argv0. */
  readonly args: readonly string[];
  readonly stdin: string;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** How long it would run, ms; Infinity hangs. */
  readonly takesMs: number;
}

export interface Program {
  /** Where it is installed; ordinary users have no sbin on their PATH. */
  readonly path: string;
  readonly run: (call: Call) => Output;
}

export const out = (stdout: string, takesMs = 0): Output => ({ stdout, stderr: "", exitCode: 0, takesMs });

export const fail = (exitCode: number, stderr: string, stdout = "", takesMs = 0): Output => ({
  stdout,
  stderr: stderr === "" || stderr.endsWith("\n") ? stderr : `${stderr}\n`,
  exitCode,
  takesMs,
});

/** Lines as a program prints them: each ended by a newline, nothing for none. */
export const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

const USER_PATH = ["/usr/local/bin", "/usr/bin", "/usr/games"];
const ROOT_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

/** Finds a program as execvp would: by PATH, or by its path. /bin and /sbin lead into /usr on Debian. */
export const findProgram = (programs: readonly Program[], name: string, user: string): Program | undefined => {
  if (name.includes("/")) {
    const path = name.replace(/^\/(s?bin)\//, "/usr/$1/");
    return programs.find((program) => program.path === path);
  }
  const folders = user === "root" ? ROOT_PATH : USER_PATH;
  return programs.find((program) => folders.some((folder) => program.path === `${folder}/${name}`));
};
