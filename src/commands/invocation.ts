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

/** To be pasted into a shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
