import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { LabDirs } from "../dirs.ts";
import { labError } from "../machine/error.ts";

const stateSchema = z.strictObject({
  /** Folders that hold a layer per host, topmost first; the first also holds the disk images to begin from. */
  golden: z.array(z.string()).min(1),
  base: z.string(),
  /** What a healthy /data holds; what else is found there was left by visitors and tests. */
  data: z.array(z.string()),
});

/** What a run was made from, so that a reset makes the same again. */
export type RunState = Readonly<z.output<typeof stateSchema>>;

const path = (dirs: LabDirs): string => join(dirs.run, "state.json");

export const saveState = (dirs: LabDirs, state: RunState): Promise<void> =>
  writeFile(path(dirs), `${JSON.stringify(state, null, 2)}\n`);

/** The state of the present run; undefined when there is none. */
export const readState = async (dirs: LabDirs): Promise<RunState | undefined> => {
  const text = await readFile(path(dirs), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    throw labError(`${path(dirs)} cannot be read`, "npm run lab down, then up", error);
  }
};

export const requireState = async (dirs: LabDirs): Promise<RunState> => {
  const state = await readState(dirs);
  if (state === undefined) throw labError("the lab is not up", "npm run lab up");
  return state;
};
