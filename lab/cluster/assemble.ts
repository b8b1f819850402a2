import { connectHost, makeBridge } from "../hosts/network.ts";
import { bootHost, killHost } from "../hosts/boot.ts";
import { mountPlace, unmountBelow } from "../hosts/disks.ts";
import { rootOf, type Place } from "../hosts/place.ts";
import { findInit } from "../hosts/process.ts";
import { putFiles, file } from "../hosts/files.ts";
import { putHostFiles } from "./host-files.ts";
import type { Lab } from "./lab.ts";
import { HOLD } from "./web-files.ts";

/** Puts one host together and boots it. A web host's MariaDB waits for services/galera.ts to say who begins. */
const bootOne = async (place: Place, lab: Lab): Promise<void> => {
  await connectHost(place.host);
  if ((await findInit(place.host)) !== undefined) return;
  await mountPlace(place);
  await putHostFiles(place, lab);
  if (place.host.roles.includes("web")) await putFiles(rootOf(place), [file(HOLD, "")]);
  await bootHost(place);
};

/** Boots every host that does not run. */
export const bootAll = async (lab: Lab): Promise<void> => {
  await makeBridge();
  await Promise.all(lab.places.map((place) => bootOne(place, lab)));
};

/** Pulls the plug of every host and takes its disks apart; they stay where they are. */
export const stopAll = async (places: readonly Place[]): Promise<void> => {
  await Promise.all(
    places.map(async (place) => {
      await killHost(place.host);
      await unmountBelow(place.dir);
    }),
  );
};
