import type { Room } from "../room.ts";
import { gluster } from "./cli.ts";

export const glusterRoom: Room = { programs: [gluster] };
