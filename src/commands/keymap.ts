import { access } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { homeFolder } from "../inventory/home.ts";
import type { Result } from "../inventory/problem.ts";
import { readKeymap } from "../ui/keymap-read.ts";
import type { Keymap } from "../ui/keymap.ts";

/** The default keymap with --keymap over it; without that, with the user's own keymap.yaml, if there is one. */
export const chosenKeymap = async (
  chosen: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homeFolder(),
): Promise<Result<Keymap>> => {
  if (chosen !== undefined) return readKeymap([chosen]);
  const named = env["XDG_CONFIG_HOME"] ?? "";
  // The specification has relative paths ignored.
  const own = join(isAbsolute(named) ? named : join(home, ".config"), "midwatch", "keymap.yaml");
  const isThere = await access(own).then(
    () => true,
    () => false,
  );
  return readKeymap(isThere ? [own] : []);
};
