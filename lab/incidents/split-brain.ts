import { inHost } from "../hosts/process.ts";
import { allBricks } from "../services/gluster-state.ts";
import { gluster, resetVolumeOptions } from "../services/gluster-volumes.ts";
import { healed } from "../services/gluster.ts";
import { waitFor } from "../machine/wait.ts";
import type { LabHost } from "../topology.ts";
import { host } from "./incident.ts";
import { killBrick } from "./kill-brick.ts";

const [web1, web2, web3] = [host("web1"), host("web2"), host("web3")];

const FILE = "/uploads/incident-split.txt";

/** What would mend each copy before the other is written. */
const HEALING = [
  "cluster.self-heal-daemon",
  "cluster.data-self-heal",
  "cluster.metadata-self-heal",
  "cluster.entry-self-heal",
] as const;

const startBricks = async (): Promise<void> => {
  await gluster("volume start data force");
  await allBricks();
};

/** A mount takes seconds to find a brick that is back. */
const write = (on: LabHost, text: string): Promise<true> =>
  waitFor(
    `${on.name} writes to data`,
    () =>
      inHost(on, `echo ${text} > /data${FILE}`, { timeoutMs: 10_000 }).then(
        () => true as const,
        () => undefined,
      ),
    { timeoutMs: 30_000, everyMs: 500 },
  );

/** Two copies that accuse each other, made as it happens: each side was written while the other was away. */
export const makeSplitBrain = async (): Promise<void> => {
  await inHost(web1, `echo both > /data${FILE}`);
  await gluster("volume set data cluster.quorum-type none");
  for (const option of HEALING) await gluster(`volume set data ${option} off`);
  await Promise.all([web2, web3].map(killBrick));
  await write(web1, "one");
  await startBricks();
  await killBrick(web1);
  await write(web2, "two");
  await startBricks();
  // Client quorum stays off: with it GlusterFS 10 gives no source for the file and does not call it split-brain.
  for (const option of HEALING) await gluster(`volume reset data ${option}`);
};

export const mendSplitBrain = async (): Promise<void> => {
  await gluster(`volume heal data split-brain source-brick web1:/bricks/data/brick ${FILE}`);
  await resetVolumeOptions();
  await healed();
  await inHost(web1, `rm -f /data${FILE}`);
};
