import { isNode } from "../layout.ts";
import type { Room } from "../room.ts";
import { shadowFiles } from "./files.ts";
import { shadowPrograms } from "./programs.ts";

export const shadowRoom: Room = {
  programs: shadowPrograms,
  files: shadowFiles,
  processes: (world, host) => {
    const sync = isNode(host) ? world.shadow.nodes[host] : undefined;
    if (sync?.runningMs === undefined) return [];
    const { pid, startedAtMs } = sync;
    return [
      { pid, user: "root", name: "sync-sites", args: "/bin/bash /etc/cronwrap/sync-sites", sinceMs: startedAtMs },
    ];
  },
};
