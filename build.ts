/**
 * Compiles src to dist, but only when something is newer than the last time it compiled: `npm start` and
 * `npm run midwatch` run this at every start, and asking the file system is several times quicker than asking the compiler.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
/** Written by the compiler at the end of its work. */
const STAMP = "dist/.tsbuildinfo";

/** When a file, or anything below a folder, last changed; a folder's own time tells of files that went. */
const changedMs = (path: string): number => {
  const entries = readdirSync(path, { recursive: true, encoding: "utf8" });
  return Math.max(timeMs(path), ...entries.map((entry) => timeMs(`${path}/${entry}`)));
};

/** What is not there, or went while we looked, counts as very old: its folder is then new. */
const timeMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

process.chdir(ROOT);
const startedAt = new Date();
const files = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];
if (Math.max(changedMs("src"), ...files.map(timeMs)) >= timeMs(STAMP)) {
  const compiler = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  const { status } = spawnSync(process.execPath, compiler, { stdio: "inherit" });
  // The time before the work, so that what was saved meanwhile is newer.
  if (status === 0) utimesSync(STAMP, startedAt, startedAt);
  process.exitCode = status ?? 1;
}
