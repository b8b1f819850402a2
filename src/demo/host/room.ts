import type { Room } from "../room.ts";
import type { Installed } from "../rooms.ts";
import { hostFiles } from "./files.ts";
import { jobPrograms } from "./jobs.ts";
import { mountPrograms } from "./mounts.ts";
import { packagePrograms } from "./packages.ts";
import { hostPrograms, whichProgram } from "./programs.ts";
import { processPrograms } from "./processes.ts";
import { systemctl } from "./systemctl.ts";
import { textPrograms } from "./text-programs.ts";

/** The main process of each unit: its name and its command line. */
const PROGRAMS: Readonly<Record<string, readonly [name: string, args: string] | undefined>> = {
  cron: ["cron", "/usr/sbin/cron -f"],
  ssh: ["sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"],
  mariadb: ["mariadbd", "/usr/sbin/mariadbd"],
  apache2: ["apache2", "/usr/sbin/apache2 -k start"],
  glusterd: ["glusterd", "/usr/sbin/glusterd -p /var/run/glusterd.pid --log-level INFO"],
  haproxy: ["haproxy", "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid"],
  "redis-server@6379": ["redis-server", "/usr/bin/redis-server 0.0.0.0:6379"],
  "redis-server@6380": ["redis-server", "/usr/bin/redis-server 0.0.0.0:6380"],
};

export const hostRoom = (installed: Installed): Room => ({
  programs: [
    ...hostPrograms,
    ...mountPrograms,
    ...packagePrograms,
    ...processPrograms(({ world, host }) => installed.processes(world, host.name)),
    ...jobPrograms(() => installed.programs),
    systemctl,
    ...textPrograms(({ world, host }) => installed.files(world, host.name)),
    whichProgram(() => installed.programs),
  ],
  files: hostFiles,
  processes: (world, name) => [
    { pid: 1, user: "root", name: "systemd", args: "/lib/systemd/systemd", sinceMs: world.hosts[name].bootedAtMs },
    ...[...world.hosts[name].units.values()]
      .filter(({ active, name: unit }) => active === "active" && PROGRAMS[unit] !== undefined)
      .map(({ name: unit, pid, sinceMs }) => ({
        pid,
        sinceMs,
        user: "root",
        name: PROGRAMS[unit]?.[0] ?? unit,
        args: PROGRAMS[unit]?.[1] ?? unit,
      })),
  ],
});
