import { resolve } from "node:path";
import type { ClusterChoice } from "./choose.ts";

/** `midwatch WORDS`, as it must be typed for the same inventory and cluster as this time. */
export const invocation =
  ({ inventory, cluster }: ClusterChoice) =>
  (words: string): string =>
    [
      "midwatch",
      words,
      ...(inventory === undefined ? [] : ["-i", quoted(inventory)]),
      ...(cluster === undefined ? [] : ["-c", quoted(cluster)]),
    ].join(" ");

/** This very midwatch, whatever it was started by: to be pasted into any shell, in any folder. */
export const thisMidwatch = (): string =>
  [process.execPath, ...process.argv.slice(1, 2).map((script) => resolve(script))].map(quoted).join(" ");

/** To be pasted into a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
