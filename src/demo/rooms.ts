import { galeraRoom } from "./galera/room.ts";
import { glusterRoom } from "./gluster/room.ts";
import { haproxyRoom } from "./haproxy/room.ts";
import { hostRoom } from "./host/room.ts";
import type { HostName } from "./layout.ts";
import { redisRoom } from "./redis/room.ts";
import type { Process, Room, Secrets, Service } from "./room.ts";
import { shadowRoom } from "./shadow/room.ts";
import { withFolders, type Files } from "./shell/files.ts";
import type { Program } from "./shell/program.ts";
import { webRoom } from "./web/room.ts";
import type { World } from "./world.ts";

/** Everything the simulated hosts have: all rooms' programs, files and services put together. */
export interface Installed {
  readonly programs: readonly Program[];
  readonly services: readonly Service[];
  readonly files: (world: World, host: HostName) => Files;
  readonly processes: (world: World, host: HostName) => readonly Process[];
}

export const install = (secrets: Secrets): Installed => {
  const installed: Installed = {
    get programs() {
      return programs;
    },
    get services() {
      return services;
    },
    files: (world, host) => withFolders(rooms.flatMap((room) => [...(room.files?.(world, host) ?? [])])),
    processes: (world, host) => rooms.flatMap((room) => room.processes?.(world, host) ?? []),
  };
  const rooms: readonly Room[] = [
    hostRoom(installed),
    galeraRoom(secrets),
    glusterRoom,
    redisRoom(secrets),
    haproxyRoom,
    webRoom,
    shadowRoom,
  ];
  const programs = rooms.flatMap((room) => room.programs);
  const services = rooms.flatMap((room) => room.services ?? []);
  return installed;
};
