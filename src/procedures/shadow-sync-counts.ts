import type { ShadowConfig } from "../inventory/cluster.ts";
import { count, plural } from "../systems/format.ts";
import { drift } from "../systems/shadow/commands.ts";
import type { Drift } from "../systems/shadow/parse-drift.ts";
import type { Parsed } from "../connect/command.ts";
import type { Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";

/** The master pushes source to target; the others pull target to source. */
const direction = (host: string, { master, source, target }: ShadowConfig) =>
  host === master ? { from: source, to: target } : { from: target, to: source };

/** What a sync on this host would do if it ran now, by a dry run; sends nothing that changes anything. */
export const countsAt = (host: string, shadow: ShadowConfig, reads: Reads): Promise<Parsed<Drift>> =>
  readOnce(reads, host, drift, direction(host, shadow));

/** Whether nothing differs any more; undefined when that is not known. */
export const isAlike = async (host: string, shadow: ShadowConfig, reads: Reads): Promise<boolean | undefined> => {
  const counts = await countsAt(host, shadow, reads);
  return counts.ok ? counts.value.changes + counts.value.deletions === 0 : undefined;
};

/** `3 files to change, 2,341 to delete, of 4,120`. */
export const countsText = ({ changes, deletions, files }: Drift): string =>
  `${plural(changes, "file")} to change, ${count(deletions)} to delete, of ${count(files)}`;
