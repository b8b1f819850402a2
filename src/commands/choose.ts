import type { Cluster } from "../inventory/cluster.ts";
import { findInventory } from "../inventory/find.ts";
import { loadInventory } from "../inventory/load.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem, type Result } from "../inventory/problem.ts";
import { CommandFailure } from "./failure.ts";

export interface ClusterChoice {
  readonly inventory?: string;
  readonly cluster?: string;
}

/** The inventory's clusters, as --inventory and the usual places say. */
export const loadClusters = async (choice: ClusterChoice): Promise<readonly Cluster[]> => {
  const path = orFail(await findInventory(choice.inventory));
  return orFail(await loadInventory(path));
};

/** The cluster --cluster names; without it the only one. */
export const chooseCluster = (clusters: readonly Cluster[], name: string | undefined): Cluster => {
  const [first, ...others] = clusters;
  const found = name === undefined && others.length === 0 ? first : clusters.find((cluster) => cluster.name === name);
  if (found !== undefined) return found;
  const names = clusters.map((cluster) => cluster.name);
  const near = name === undefined ? undefined : nearest(name, names);
  throw new CommandFailure([
    problem({
      what:
        name === undefined
          ? `the inventory has ${names.length} clusters: ${names.join(", ")}`
          : `no cluster "${name}" in the inventory; it has ${names.join(", ")}`,
      fix: near === undefined ? "name one with --cluster" : `--cluster ${near}`,
      exitCode: EXIT.usage,
    }),
  ]);
};

export const orFail = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new CommandFailure(result.problems);
};
