import { join } from "node:path";
import { ownName } from "./number.ts";
import { labError } from "./machine/error.ts";

/** Where the lab keeps things on this machine: images that may be reused in `cache`, one run's state in `run`. */
export interface LabDirs {
  readonly cache: string;
  readonly run: string;
  readonly hosts: string;
  readonly keys: string;
  readonly secrets: string;
  readonly snapshot: string;
  readonly knownHosts: string;
  readonly inventory: string;
  readonly viewerInventory: string;
}

/** Overlay options are split at commas and colons, so folders that hold them are refused here rather than half-mounted later. */
const folder = (name: string, value: string): string => {
  if (!/^\/[A-Za-z0-9._/-]+$/.test(value) || value.includes("/..")) {
    throw labError(`${name} is ${JSON.stringify(value)}`, "use an absolute path of letters, digits, dots and dashes");
  }
  return value.replace(/\/+$/, "");
};

export const labDirs = (env: NodeJS.ProcessEnv): LabDirs => {
  const cache = folder("MIDWATCH_LAB_CACHE", env["MIDWATCH_LAB_CACHE"] ?? "/var/cache/midwatch-lab");
  const run = folder("MIDWATCH_LAB_DIR", env["MIDWATCH_LAB_DIR"] ?? `/var/lib/${ownName("midwatch-lab")}`);
  return {
    cache,
    run,
    hosts: join(run, "hosts"),
    keys: join(run, "keys"),
    secrets: join(run, "secrets"),
    snapshot: join(run, "snapshot"),
    knownHosts: join(run, "known_hosts"),
    inventory: join(run, "inventory.yaml"),
    viewerInventory: join(run, "inventory-viewer.yaml"),
  };
};
