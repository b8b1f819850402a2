#!/usr/bin/env node
/**
 * What the `midwatch` command starts: looks at Node before anything is imported that an older one cannot even read,
 * and would answer with a stack instead of a sentence.
 */
import { statSync } from "node:fs";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const OLDEST = 22;

/**
 * Compiled code is kept between runs, which saves a tenth of the time `midwatch status` takes to start. Only in a cache
 * folder that is there already and the user's own: what lies in it is run, and under sudo it may be somebody else's.
 */
const keepCompiledCode = (): void => {
  try {
    const named = process.env["XDG_CACHE_HOME"] ?? "";
    const folder = isAbsolute(named) ? named : join(homedir(), ".cache");
    if (statSync(folder).uid === process.getuid?.()) nodeModule.enableCompileCache(join(folder, "midwatch"));
  } catch {
    // No home, or no such folder: a little slower, that is all.
  }
};

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  keepCompiledCode();
  await import("./main.ts");
} else {
  console.error(`midwatch: needs Node ${OLDEST} or newer, and this is ${process.versions.node}`);
  console.error(
    "  fix: install a newer Node; in a checkout `npm ci` brings its own, for `npm start` and `npm run midwatch`",
  );
  process.exitCode = 78;
}
