import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { homeFolder } from "./home.ts";
import { localFile } from "./paths.ts";
import { EXIT, failure, problem, success, type Result } from "./problem.ts";

/** What of this machine decides where the inventory is. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly home: string;
}

/**
 * The inventory's path: --inventory, $MIDWATCH_INVENTORY, ./inventory.yaml, then the user's config folder (XDG base
 * directory specification). A place that was named is not passed over when nothing is there.
 */
export const findInventory = async (
  named: string | undefined,
  around: Surroundings = { env: process.env, folder: process.cwd(), home: homeFolder() },
): Promise<Result<string>> => {
  const fromEnv = around.env["MIDWATCH_INVENTORY"];
  if (named !== undefined) return mustExist(named, "--inventory", around);
  if (fromEnv !== undefined && fromEnv !== "") return mustExist(fromEnv, "$MIDWATCH_INVENTORY", around);
  const usual = ["inventory.yaml", join(configFolder(around), "midwatch", "inventory.yaml")];
  for (const path of usual) if (await isThere(localFile(path, around))) return success(path);
  return failure(
    problem({
      what: `no inventory found: not --inventory, not $MIDWATCH_INVENTORY, not ${usual.map(dotted).join(", not ")}`,
      fix: "midwatch demo shows a cluster at once; inventory.example.yaml shows how to describe yours",
      exitCode: EXIT.config,
    }),
  );
};

const dotted = (path: string): string => (isAbsolute(path) ? path : `./${path}`);

const mustExist = async (path: string, from: string, around: Surroundings): Promise<Result<string>> => {
  // `--inventory=~/x` reaches us with its tilde: shells expand it only at the start of a word.
  const place = path.startsWith("~/") ? localFile(path, around) : path;
  if (await isThere(localFile(place, around))) return success(place);
  return failure(problem({ what: `${from}: there is no ${path}`, fix: "correct the path", exitCode: EXIT.config }));
};

const configFolder = ({ env, home }: Surroundings): string => {
  const folder = env["XDG_CONFIG_HOME"] ?? "";
  // The specification has relative paths ignored.
  return isAbsolute(folder) ? folder : join(home, ".config");
};

/** Anything but "not there": that it may not be read is said when it is read. */
const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"));
  }
};
