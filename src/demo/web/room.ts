import { isRunning } from "../host/state.ts";
import { createHttpService } from "../http.ts";
import { NODES, VERSIONS } from "../layout.ts";
import type { Room } from "../room.ts";
import { webFiles } from "./files.ts";
import { pageOf } from "./pages.ts";
import { webPrograms } from "./programs.ts";

export const webRoom: Room = {
  programs: webPrograms,
  files: webFiles,
  services: NODES.map((node) => ({
    host: node,
    at: 80,
    isListening: (world) => isRunning(world.hosts[node], "apache2"),
    serve: createHttpService((world, url) => {
      const page = pageOf(world, node, url);
      return { ...page, headers: { Server: `Apache/${VERSIONS.apache} (Debian)`, ...page.headers } };
    }),
  })),
};
