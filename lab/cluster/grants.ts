import { keyOptions, redisRights, sqlAccounts, type SqlAccount } from "../../src/commands/grants-services.ts";
import { needsOf } from "../../src/commands/grants-needs.ts";
import { sudoersLines } from "../../src/commands/grants-sudoers.ts";
import type { Cluster, Role } from "../../src/inventory/cluster.ts";
import { parseInventory } from "../../src/inventory/load.ts";
import { labDirs } from "../dirs.ts";
import { labError } from "../machine/error.ts";
import { ACCOUNTS, inventoryText } from "./inventory.ts";

/** The lab's accounts have what `midwatch grants` prints for their role, and no more. */
export interface LabGrants {
  /** A host's sudoers file. */
  readonly sudoers: (host: string) => string;
  /** What stands before the key in authorized_keys. */
  readonly keyOptions: (host: string) => string;
  readonly sql: readonly SqlAccount[];
  /** What follows the password in `ACL SETUSER`. */
  readonly redis: (instance: string) => string;
}

export const grantsOf = (role: Role): LabGrants => {
  const { sshUser } = ACCOUNTS[role];
  const cluster = clusterOf(role);
  const needs = needsOf(cluster, role);
  return {
    sudoers: (host) => `${sudoersLines(needs, host, sshUser).join("\n")}\n`,
    keyOptions: (host) => keyOptions(cluster, needs, host),
    sql: sqlAccounts(cluster, needs),
    redis: (name) => {
      const instance = cluster.redis.find((each) => each.name === name);
      if (instance === undefined) throw labError(`the inventory has no Redis ${name}`);
      return redisRights(instance, needs);
    },
  };
};

/** Where keys and passwords lie makes no difference to what is granted. */
const clusterOf = (role: Role): Cluster => {
  const parsed = parseInventory("inventory.yaml", inventoryText(labDirs({}), role, "key"), { folder: "/", home: "/" });
  const [cluster] = parsed.ok ? parsed.value.clusters : [];
  if (cluster === undefined) throw labError("the lab's own inventory is not taken");
  return cluster;
};
