import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { mountsCommand, poolCommand, volumesCommand } from "./commands.ts";
import type { GlusterFacts, GlusterHost } from "./facts.ts";
import type { Mount } from "./mounts.ts";
import { POOL } from "./pool.ts";
import { volumeReasons } from "./reasons-volume.ts";

/** Every file must stay on enough good copies: of each volume it carries the other bricks online and nothing to heal. */
export const glusterReasons = (facts: GlusterFacts, host: string, { cluster }: Context): readonly Reason[] => {
  const config = cluster.gluster;
  const isPeer = config?.hosts.includes(host) === true;
  const mounts = config?.volumes.some(({ hosts }) => hosts.includes(host)) === true;
  const carried = facts.volumes.filter(({ bricks }) => bricks.some((brick) => brick.host === host));
  if (!isPeer && !mounts && carried.length === 0) return [];
  const evidence = [probeKey(volumesCommand.id, POOL)];
  const blind = facts.volumes.find(({ expected, info }) => expected && info.state === "unknown");
  if (blind?.info.state === "unknown")
    return [{ stance: "unknown", text: `which bricks ${blind.name} has is not known: ${blind.info.detail}`, evidence }];
  if (carried.length === 0)
    return [
      withoutBricks(
        facts,
        host,
        isPeer,
        cluster.hosts.map(({ name }) => name),
      ),
    ];
  const others = facts.hosts.filter((each) => each.host !== host);
  return [
    ...carried.flatMap((volume) => volumeReasons(volume, host)),
    ...others.flatMap((other) => peerReasons(other)),
    ...facts.mounts.filter((mount) => mount.host !== host).flatMap((mount) => mountReasons(mount)),
  ];
};

/** A brick of a host by a name that the inventory lacks may be this one's. */
const withoutBricks = ({ volumes }: GlusterFacts, host: string, isPeer: boolean, known: readonly string[]): Reason => {
  const evidence = [probeKey(volumesCommand.id, POOL)];
  const stray = volumes.flatMap(({ bricks }) => bricks).find((brick) => !known.includes(brick.host));
  if (isPeer && stray !== undefined)
    return {
      stance: "unknown",
      text: `whether ${stray.host}:${stray.path} is its brick is not known: the inventory has no such host`,
      evidence,
    };
  return { stance: "safe", text: `${host} carries no brick: no copy goes with it`, evidence };
};

/** The others' own word is in their bricks; a peer that is away could not take part in what must be done next. */
const peerReasons = ({ host, peer }: GlusterHost): readonly Reason[] => {
  const evidence = [probeKey(poolCommand.id, POOL)];
  if (peer.state === "unknown")
    return [{ stance: "unknown", text: `whether ${host} is in the pool is not known: ${peer.detail}`, evidence }];
  if (!peer.value.connected)
    return [{ stance: "wait", text: `until ${host} is connected to the pool again`, evidence }];
  return [];
};

/** Where a volume is not mounted, visitors write to a disk that nobody shares: no more of them should be sent there. */
const mountReasons = ({ host, volume, mounted }: Mount): readonly Reason[] =>
  mounted.state === "known" && mounted.value.state === "absent"
    ? [
        {
          stance: "wait",
          text: `until ${volume} is mounted on ${host} again: what is written there is not shared`,
          evidence: [probeKey(mountsCommand.id, host)],
        },
      ]
    : [];
