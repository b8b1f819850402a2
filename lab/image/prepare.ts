import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { bootAll, stopAll } from "../cluster/assemble.ts";
import { putHostFiles } from "../cluster/host-files.ts";
import { openLab, type Lab } from "../cluster/lab.ts";
import { makeDisk, mountPlace } from "../hosts/disks.ts";
import { removeNetwork } from "../hosts/network.ts";
import { disksOf, mountOf, rootOf, type Disk, type Place } from "../hosts/place.ts";
import { template } from "../hosts/template.ts";
import { run } from "../machine/exec.ts";
import { step } from "../machine/progress.ts";
import { ensureGalera, sql, stopGalera } from "../services/galera.ts";
import { createVolumes } from "../services/gluster-volumes.ts";
import { stopGluster } from "../services/gluster.ts";
import { redisUnit } from "../services/redis.ts";
import { REDIS, VOLUMES } from "../topology.ts";
import { inRoot } from "./chroot.ts";

const UNITS = {
  web: ["apache2", "mariadb", "glusterd", "shared-mounts", "clustercheck.socket"],
  balancer: ["haproxy"],
  redis: REDIS.map(redisUnit),
} as const;

const enableUnits = async (place: Place): Promise<void> => {
  const units = place.host.roles.flatMap((role) => UNITS[role]);
  await inRoot(rootOf(place), `systemctl enable ${units.join(" ")} >/dev/null 2>&1`);
  if (place.host.roles.includes("redis")) {
    const folders = REDIS.map(({ port }) => `/var/lib/redis/${port}`).join(" ");
    await inRoot(rootOf(place), `install -d -o redis -g redis -m 750 ${folders}`);
  }
};

const fillDisk = async (place: Place, disk: Disk, base: string): Promise<void> => {
  const mount = mountOf(place, disk);
  await rm(join(mount, "lost+found"), { recursive: true, force: true });
  if (disk.name === "bricks") {
    for (const { name } of VOLUMES) await mkdir(join(mount, name));
    return;
  }
  await run(["cp", "-a", `${base}/var/lib/mysql/.`, mount]);
};

const lay = async (place: Place, lab: Lab, base: string): Promise<void> => {
  await mkdir(place.dir, { recursive: true });
  for (const disk of disksOf(place.host)) await makeDisk(place, disk);
  await mountPlace(place);
  for (const disk of disksOf(place.host)) await fillDisk(place, disk, base);
  await putHostFiles(place, lab);
  await enableUnits(place);
};

/** Lets the real daemons make the cluster once, and stops them in good order; leaves one folder per host. */
export const prepareCluster = async (folder: string, base: string): Promise<void> => {
  const scratch = { keys: join(folder, "keys"), secrets: join(folder, "secrets"), hosts: folder };
  await mkdir(folder, { recursive: true });
  const lab = await openLab(scratch, () => [base]);
  try {
    await step("prepared cluster: disks", () => Promise.all(lab.places.map((place) => lay(place, lab, base))));
    await step("prepared cluster: boot", () => bootAll(lab));
    await step("prepared cluster: database", async () => {
      await ensureGalera();
      await sql(`DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES;\n${await template("web/shop.sql")}`);
    });
    await step("prepared cluster: GlusterFS volumes", createVolumes);
    await step("prepared cluster: stop", async () => {
      await stopGalera();
      await stopGluster();
    });
  } finally {
    await stopAll(lab.places);
    await removeNetwork();
  }
};
