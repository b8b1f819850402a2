import { inHost } from "../hosts/process.ts";
import { remount } from "../services/gluster.ts";
import { runSync } from "../services/shadow.ts";
import { masterHost } from "../topology.ts";
import type { Incident } from "./incident.ts";

const AGO_S = 1_800;
const LAST = "/var/lib/sync-sites/last";

/** Time cannot be hurried: what the last run left is made as old as it would be. */
const AGE = `flock /run/lock/sync-sites.lock awk -F= -v OFS== \\
    '/^(started|finished|last_success)=[0-9]+$/ { $2 -= ${AGO_S} } { print }' ${LAST} > ${LAST}.new
  chmod 644 ${LAST}.new && mv ${LAST}.new ${LAST}`;

export const shadowIncidents: readonly Incident[] = [
  {
    name: "sync-stale",
    what: `cron is stopped on ${masterHost.name}: the last sync is half an hour old`,
    breakIt: () => inHost(masterHost, `systemctl stop cron\n${AGE}`),
    healIt: async () => {
      await inHost(masterHost, "systemctl start cron");
      await runSync();
    },
  },
  {
    name: "sync-target-unmounted",
    what: `wp-core, where the sync writes, is not mounted on ${masterHost.name}`,
    breakIt: () => inHost(masterHost, "umount -l /wp-core"),
    healIt: async () => {
      await remount(masterHost);
      await runSync();
    },
  },
];
