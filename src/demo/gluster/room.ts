import { isNode, type HostName } from "../layout.ts";
import type { Process, Room } from "../room.ts";
import type { World } from "../world.ts";
import { gluster } from "./cli.ts";
import { mountingPrograms } from "./mounting.ts";
import { volumesOf, type BrickState, type VolumeState } from "./state.ts";

export const glusterRoom: Room = {
  programs: [gluster, ...mountingPrograms],
  processes: (world, host) => processes(world, host),
};

/** One process per brick, one for the heals, one per mount; glusterd's own is its unit's. */
const processes = (world: World, host: HostName): readonly Process[] => {
  if (!isNode(host)) return [];
  const sinceMs = world.hosts[host].bootedAtMs + 6_000;
  const root = { user: "root", sinceMs };
  const volumes = volumesOf(world.gluster);
  const bricks = volumes.flatMap((volume) => {
    const brick = volume.bricks[host];
    return brick.running ? [{ ...root, pid: brick.pid, name: "glusterfsd", args: brickArgs(volume, brick) }] : [];
  });
  const mounts = volumes.flatMap((volume, at) =>
    volume.bricks[host].mounted
      ? [
          {
            ...root,
            pid: 2_400 + at,
            name: "glusterfs",
            args: `/usr/sbin/glusterfs --process-name fuse --volfile-server=localhost --volfile-id=/${volume.name} ${volume.mount}`,
          },
        ]
      : [],
  );
  const args = `/usr/sbin/glusterfs -s localhost --volfile-id shd/${volumes[0]?.name ?? ""} -p /var/run/gluster/shd/data/data-shd.pid -l /var/log/glusterfs/glustershd.log --process-name glustershd --client-pid=-6`;
  return [...bricks, { ...root, pid: world.gluster.healDaemonPids[host], name: "glusterfs", args }, ...mounts];
};

const brickArgs = ({ name }: VolumeState, { host, path, port }: BrickState): string => {
  const id = path.slice(1).replaceAll("/", "-");
  return `/usr/sbin/glusterfsd -s ${host} --volfile-id ${name}.${host}.${id} -p /var/run/gluster/vols/${name}/${host}-${id}.pid --brick-name ${path} -l /var/log/glusterfs/bricks/${id}.log --process-name brick --brick-port ${port} --xlator-option ${name}-server.listen-port=${port}`;
};
