import { inHost } from "../hosts/process.ts";
import type { Place } from "../hosts/place.ts";
import { redisUnit } from "../services/redis.ts";
import { REDIS } from "../topology.ts";
import { putHostFiles } from "./host-files.ts";
import type { Lab } from "./lab.ts";

/** Who has read a path, and must read it again. */
const READERS: readonly (readonly [prefix: string, script: string])[] = [
  ["/etc/systemd/", "systemctl daemon-reload"],
  ["/etc/ssh/", "systemctl restart ssh"],
  ["/etc/apache2/", "systemctl stop apache2"],
  ["/usr/lib/apache2/", "systemctl stop apache2"],
  ["/etc/php/", "systemctl stop apache2"],
  ["/etc/mysql/", "systemctl stop mariadb"],
  ["/etc/haproxy/", "systemctl stop haproxy"],
  ["/etc/redis/", `systemctl stop ${REDIS.map(redisUnit).join(" ")}`],
];

/** Nothing else looks after these; the other units belong to a service's `ensure`. */
const START = "systemctl reset-failed; systemctl start ssh cron";
const START_WEB = "systemctl start clustercheck.socket";

/**
 * Puts right a running host's files, beside those that are `known` to have been changed. Daemons that had read them
 * are stopped, to be started by their service's `ensure`.
 */
export const repair = async (place: Place, lab: Lab, known: readonly string[] = []): Promise<void> => {
  const changed = [...known, ...(await putHostFiles(place, lab))];
  const scripts = READERS.filter(([prefix]) => changed.some((path) => path.startsWith(prefix))).map(
    ([, script]) => script,
  );
  for (const script of new Set(scripts)) await inHost(place.host, script, { timeoutMs: 120_000 });
  await inHost(place.host, START);
  if (place.host.roles.includes("web")) await inHost(place.host, START_WEB);
};
