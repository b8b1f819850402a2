import type { Cluster } from "../inventory/cluster.ts";

/** What midwatch itself keeps in Redis: its lock, and what is beside it (record/lock-commands.ts). */
export interface OwnKeys {
  readonly lock: string;
  readonly fence: string;
  /** What is begun and not ended; outlives the lock, so that others learn of a procedure that crashed. */
  readonly unfinished: string;
}

/** By the cluster's name. */
export const ownKeys = (cluster: Cluster["name"]): OwnKeys => ({
  lock: `midwatch:${cluster}:lock`,
  fence: `midwatch:${cluster}:fence`,
  unfinished: `midwatch:${cluster}:unfinished`,
});
