import { readFileSync } from "node:fs";

/** The version of this midwatch, from its package.json. Read by hand: every start comes this way, `--help` too. */
export const midwatchVersion = (): string => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const read: unknown = JSON.parse(text);
  if (typeof read === "object" && read !== null && "version" in read && typeof read.version === "string")
    return read.version;
  throw new TypeError("package.json has no version");
};
