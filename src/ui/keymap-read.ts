import { readFile } from "node:fs/promises";
import { EXIT, failure, problem, type Result } from "../inventory/problem.ts";
import { loadKeymap, type KeymapText } from "./keymap-file.ts";
import type { Keymap } from "./keymap.ts";

/** The keymaps that come with midwatch; each lies over `default`. */
const SHIPPED_KEYMAPS = ["default", "vim"] as const;

/**
 * The default keymap with others over it: one that comes with midwatch by its name (`vim`), one's own by its path.
 * Problems carry file, line and column.
 */
export const readKeymap = async (over: readonly string[] = []): Promise<Result<Keymap>> => {
  const texts: KeymapText[] = [];
  for (const each of ["default", ...over]) {
    const isShipped = SHIPPED_KEYMAPS.some((name) => name === each);
    const text = await readFile(isShipped ? shippedFile(each) : each, "utf8").catch(() => undefined);
    if (text === undefined) return failure(unreadable(each));
    texts.push({ file: isShipped ? `keymaps/${each}.yaml` : each, text });
  }
  return loadKeymap(texts);
};

// As far from src/ui as from dist/ui.
const shippedFile = (name: string): URL => new URL(`../../keymaps/${name}.yaml`, import.meta.url);

const unreadable = (file: string) =>
  problem({
    what: `the keymap ${file} cannot be read`,
    fix: `give a file, or one of ${SHIPPED_KEYMAPS.join(", ")}`,
    exitCode: EXIT.config,
  });
