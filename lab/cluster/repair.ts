import { findInit, inHost, tryIn } from "../hosts/process.ts";
import { REDIS } from "../topology.ts";
import { redisUnit } from "../services/redis.ts";
import type { Place } from "../hosts/place.ts";
import { putHostFiles } from "./host-files.ts";
import type { Lab } from "./lab.ts";

/** Whose settings a path holds. */
const READERS: readonly (readonly [prefix: string, script: string])[] = [
  ["/etc/systemd/", "systemctl daemon-reload"],
  ["/etc/ssh/", "systemctl restart ssh"],
  ["/etc/apache2/", "systemctl stop apache2"],
  ["/etc/php/", "systemctl stop apache2"],
  ["/etc/mysql/", "systemctl stop mariadb"],
  ["/etc/haproxy/", "systemctl stop haproxy"],
  ["/etc/redis/", `systemctl stop ${REDIS.map(redisUnit).join(" ")}`],
];

const repair = async (place: Place, lab: Lab): Promise<void> => {
  const changed = await putHostFiles(place, lab);
  if ((await findInit(place.host)) === undefined) return;
  const scripts = READERS.filter(([prefix]) => changed.some((path) => path.startsWith(prefix))).map(([, script]) => script);
  for (const script of new Set(scripts)) await inHost(place.host, script, { timeoutMs: 120_000 });
  await tryIn(place.host, "systemctl reset-failed");
};

/** Puts right what was edited on running hosts; what had read it is stopped, to be started by its service's `ensure`. */
export const repairAll = async (lab: Lab): Promise<void> => {
  await Promise.all(lab.places.map((place) => repair(place, lab)));
};
