import { readdir, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { homeFolder } from "../../inventory/home.ts";
import { EXIT, failure, problem, success, type Problem, type Result } from "../../inventory/problem.ts";
import type { ProcedureKind } from "../kind.ts";
import { procedures } from "../registry.ts";
import { parseUserProcedure } from "./check.ts";
import { userKind, type UserFile } from "./kind.ts";

/** The whole text goes into the journal, and with it beside the cluster's lock. */
const MAX_CHARACTERS = 16_384;

export interface Loaded {
  /** midwatch's own, then one's own by file name. */
  readonly kinds: readonly ProcedureKind[];
  /** Of files that are not taken; they keep nothing else from being run. */
  readonly problems: readonly Problem[];
}

/**
 * Every procedure there is: midwatch's own, and the YAML files in `procedures/` beside the inventory, then in the user's
 * config folder. Never rejects.
 */
export const loadProcedures = async (inventory: string, env: NodeJS.ProcessEnv = process.env): Promise<Loaded> => {
  const kinds: ProcedureKind[] = [...procedures];
  const problems: Problem[] = [];
  for (const folder of foldersFor(inventory, env)) {
    for (const name of await yamlIn(folder)) {
      const read = await readUserFile(
        join(folder, name),
        kinds.map((kind) => kind.name),
      );
      if (read.ok) kinds.push(userKind(read.value));
      else problems.push(...read.problems);
    }
  }
  return { kinds, problems };
};

/** Whether a text is, word for word, that of a file of one's own. Never rejects. */
export const isOwnText = async (
  text: string,
  inventory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> => {
  for (const folder of foldersFor(inventory, env))
    for (const name of await yamlIn(folder))
      if ((await readFile(join(folder, name), "utf8").catch(() => undefined)) === text) return true;
  return false;
};

const foldersFor = (inventory: string, env: NodeJS.ProcessEnv): readonly string[] => {
  const xdg = env["XDG_CONFIG_HOME"] ?? "";
  const config = isAbsolute(xdg) ? xdg : join(homeFolder(), ".config");
  return [...new Set([join(dirname(resolve(inventory)), "procedures"), join(config, "midwatch", "procedures")])];
};

const yamlIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith(".")).toSorted();
};

/** One file, checked; `taken` are names that others have already. */
export const readUserFile = async (file: string, taken: readonly string[]): Promise<Result<UserFile>> => {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return failure(problem({ what: `${file} cannot be read`, exitCode: EXIT.config }));
  if (text.length > MAX_CHARACTERS)
    return failure(problem({ what: `${file} is too large for a procedure (16 KiB)`, exitCode: EXIT.config }));
  const parsed = parseUserProcedure(file, text, taken);
  return parsed.ok ? success({ procedure: parsed.value, file, text }) : parsed;
};
