import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Result } from "../inventory/problem.ts";
import { readKeymap } from "../ui/keymap-read.ts";
import type { Keymap } from "../ui/keymap.ts";

/** The default keymap with --keymap over it; without that, with the user's own keymap.yaml, if there is one. */
export const chosenKeymap = async (chosen: string | undefined): Promise<Result<Keymap>> => {
  if (chosen !== undefined) return readKeymap([chosen]);
  const own = join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "midwatch", "keymap.yaml");
  const isThere = await access(own).then(
    () => true,
    () => false,
  );
  return readKeymap(isThere ? [own] : []);
};
