import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { labError } from "../machine/error.ts";

const FILES = new URL("../files/", import.meta.url);

/**
 * A file below lab/files with its `{{names}}` filled in. A name without a value, or a value without its name, is an
 * error: a half-filled config is harder to find on a host than here.
 */
export const template = async (name: string, values: Readonly<Record<string, string>> = {}): Promise<string> => {
  const text = await readFile(fileURLToPath(new URL(name, FILES)), "utf8");
  const used = new Set<string>();
  const filled = text.replaceAll(/\{\{([a-zA-Z]+)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw labError(`lab/files/${name} asks for ${key}, which has no value`);
    used.add(key);
    return value;
  });
  for (const key of Object.keys(values)) {
    if (!used.has(key)) throw labError(`lab/files/${name} does not use ${key}`);
  }
  return filled;
};
