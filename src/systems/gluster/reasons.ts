import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { poolCommand, volumesCommand } from "./commands.ts";
import type { GlusterFacts, GlusterHost } from "./facts.ts";
import { POOL } from "./pool.ts";
import { mountReasons } from "./reasons-mount.ts";
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
  const known = cluster.hosts.map(({ name }) => name);
  const strays = isPeer ? strayReasons(facts, carried, known) : [];
  const elsewhere = mountReasons(facts.mounts.filter((mount) => mount.host !== host));
  if (carried.length === 0)
    return [
      ...(strays.length > 0
        ? strays
        : [{ stance: "safe" as const, text: `${host} carries no brick: no copy goes with it`, evidence }]),
      ...elsewhere,
    ];
  const others = facts.hosts.filter((each) => each.host !== host);
  return [
    ...carried.flatMap((volume) => volumeReasons(volume, host)),
    ...strays,
    ...others.flatMap((other) => peerReasons(other)),
    ...elsewhere,
  ];
};

/** A brick of a host by a name that the inventory lacks may be this one's, in a volume that has no other of it. */
const strayReasons = (
  { volumes }: GlusterFacts,
  carried: GlusterFacts["volumes"],
  known: readonly string[],
): readonly Reason[] => {
  const stray = volumes
    .filter((volume) => !carried.includes(volume))
    .flatMap(({ bricks }) => bricks)
    .find((brick) => !known.includes(brick.host));
  if (stray === undefined) return [];
  const text = `whether ${stray.host}:${stray.path} is its brick is not known: the inventory has no such host`;
  return [{ stance: "unknown", text, evidence: [probeKey(volumesCommand.id, POOL)] }];
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
