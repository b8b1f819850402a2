import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { rootOf, type Place } from "../hosts/place.ts";
import { putFiles, type HostFile } from "../hosts/files.ts";
import { labError } from "../machine/error.ts";
import { balancerFiles, redisFiles } from "./balancer-files.ts";
import { commonFiles } from "./common-files.ts";
import type { Lab } from "./lab.ts";
import { webFiles } from "./web-files.ts";

/** The PHP the distribution brings. */
const phpVersion = async (root: string): Promise<string> => {
  const version = (await readdir(join(root, "etc/php"))).find((name) => /^\d+\.\d+$/.test(name));
  if (version === undefined) throw labError("the image has no PHP");
  return version;
};

/** The files that make a host what it is in this run. */
export const wantedFiles = async (place: Place, lab: Lab): Promise<readonly HostFile[]> => {
  const { host } = place;
  const files = [...(await commonFiles(host, lab.keys))];
  if (host.roles.includes("web")) files.push(...(await webFiles(host, lab, await phpVersion(rootOf(place)))));
  if (host.roles.includes("balancer")) files.push(...(await balancerFiles(host)));
  if (host.roles.includes("redis")) files.push(...(await redisFiles(lab.secrets)));
  return files;
};

/** Makes a host's configuration what it should be; returns the paths that were not. Works on a running host too. */
export const putHostFiles = async (place: Place, lab: Lab): Promise<readonly string[]> =>
  putFiles(rootOf(place), await wantedFiles(place, lab));
