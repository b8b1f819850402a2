import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LabDirs } from "../dirs.ts";
import { HOSTS, type LabHost } from "../topology.ts";
import type { Place } from "../hosts/place.ts";
import { loadKeys, type LabKeys } from "./keys.ts";
import { loadSecrets, type Secrets } from "./secrets.ts";

/** What one run of the lab is made with. */
export interface Lab {
  readonly secrets: Secrets;
  readonly keys: LabKeys;
  readonly places: readonly Place[];
}

export interface LabFolders {
  readonly keys: string;
  readonly secrets: string;
  readonly hosts: string;
}

export const openLab = async (folders: LabFolders, layersOf: (host: LabHost) => readonly string[]): Promise<Lab> => {
  await mkdir(folders.hosts, { recursive: true });
  const [keys, secrets] = await Promise.all([loadKeys(folders.keys), loadSecrets(folders.secrets)]);
  const places = HOSTS.map((host) => ({ host, dir: join(folders.hosts, host.name), layers: layersOf(host) }));
  return { keys, secrets, places };
};

export const foldersOf = ({ keys, secrets, hosts }: LabDirs): LabFolders => ({ keys, secrets, hosts });
