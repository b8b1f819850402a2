import { stat } from "node:fs/promises";
import { join } from "node:path";
import { connectHost, makeBridge } from "../hosts/network.ts";
import { upperOf, type Place } from "../hosts/place.ts";
import { INCIDENT_UNITS } from "../incidents/incident.ts";
import { findInit, inHost, tryIn } from "../hosts/process.ts";
import { clearData, resetVolumeOptions } from "../services/gluster-volumes.ts";
import { flushRedis } from "../services/redis.ts";
import { webHosts } from "../topology.ts";
import type { Lab } from "./lab.ts";
import { repair } from "./repair.ts";
import { restoreFiles } from "./restore.ts";

/** A reason why undoing by hand will not do and the hosts must be made anew. */
export const beyondUndo = async ({ places }: Lab): Promise<string | undefined> => {
  for (const place of places) {
    if ((await findInit(place.host)) === undefined) return `${place.host.name} is not running`;
    const upgraded = await stat(join(upperOf(place), "var/lib/dpkg/status")).catch(() => undefined);
    if (upgraded !== undefined) return `packages were changed on ${place.host.name}`;
  }
  for (const host of webHosts) {
    const { stdout } = await tryIn(
      host,
      "timeout 5 df --output=pcent /var/lib/mysql /bricks | grep -cE '(9[0-9]|100)%'",
    );
    if (stdout.trim() !== "0") return `a disk of ${host.name} is full, or does not answer`;
  }
  return undefined;
};

/** Cut cables, packet filters and stopped processes: the first thing to undo, or nothing else can be asked. */
const freeHost = async (place: Place): Promise<void> => {
  await connectHost(place.host);
  await inHost(
    place.host,
    `nft flush ruleset 2>/dev/null; kill -CONT -1; systemctl stop "${INCIDENT_UNITS}" 2>/dev/null; true`,
  );
};

/** Undoes on running hosts whatever can be undone in place; the services are left to their `ensure`. */
export const undoFaults = async (lab: Lab): Promise<void> => {
  await makeBridge();
  await Promise.all(
    lab.places.map(async (place) => {
      await freeHost(place);
      await repair(place, lab, await restoreFiles(place, lab));
    }),
  );
};

/** Takes away what visitors and tests left in the services, once these are well. */
export const clearTraces = async ({ secrets }: Lab, data: readonly string[]): Promise<void> => {
  await resetVolumeOptions();
  await Promise.all([flushRedis(secrets), clearData(data)]);
};
