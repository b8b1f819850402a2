import { inHost } from "../hosts/process.ts";
import { allBricks, allPeers } from "../services/gluster-state.ts";
import { gluster, resetVolumeOptions } from "../services/gluster-volumes.ts";
import { healed, remount } from "../services/gluster.ts";
import { host, type Incident } from "./incident.ts";
import { makeSplitBrain, mendSplitBrain } from "./split-brain.ts";
import { killBrick } from "./kill-brick.ts";

const [web1, web2] = [host("web1"), host("web2")];

const LOST = "/data/uploads/lost-receipt.txt";
const FILES = 60;

/** Forced, it starts those bricks only that do not run. */
const startBricks = async (): Promise<void> => {
  await gluster("volume start data force");
  await allBricks();
  await healed();
};

export const glusterIncidents: readonly Incident[] = [
  {
    name: "brick-killed",
    what: "web2's brick of volume data is killed, then a file is written",
    breakIt: async () => {
      await killBrick(web2);
      await inHost(web1, "echo one > /data/uploads/incident.txt");
    },
    healIt: async () => {
      await startBricks();
      await inHost(web1, "rm -f /data/uploads/incident.txt");
    },
  },
  {
    name: "heal-backlog",
    what: `web2's brick of data missed ${FILES} files, and self-heal of the volume is switched off`,
    breakIt: async () => {
      await gluster("volume set data cluster.self-heal-daemon off");
      await killBrick(web2);
      await inHost(web1, `for i in $(seq ${FILES}); do echo $i > /data/uploads/incident-$i.txt; done`);
      await gluster("volume start data force");
      await allBricks();
    },
    healIt: async () => {
      await resetVolumeOptions();
      await healed();
      await inHost(web1, "rm -f /data/uploads/incident-*.txt");
    },
  },
  {
    name: "split-brain",
    what: "a file of data was written on web1 and on web2 while neither saw the other",
    breakIt: makeSplitBrain,
    healIt: mendSplitBrain,
  },
  {
    name: "mount-missing",
    what: "data is not mounted on web2, and a file is written to the bare directory",
    breakIt: () => inHost(web2, `umount -l /data && mkdir -p /data/uploads && echo lost > ${LOST}`),
    healIt: async () => {
      await inHost(web2, `findmnt -n -M /data >/dev/null || rm -r ${LOST} /data/uploads`);
      await remount(web2);
    },
  },
  {
    name: "glusterd-down",
    what: "glusterd is stopped on web2; its bricks end with it",
    breakIt: () => inHost(web2, "systemctl stop glusterd"),
    healIt: async () => {
      await inHost(web2, "systemctl start glusterd", { timeoutMs: 60_000 });
      await allPeers();
    },
  },
];
