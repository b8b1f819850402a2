import { isRunning } from "../host/state.ts";
import { createHttpService } from "../http.ts";
import { ACCOUNTS } from "../layout.ts";
import type { Room, Service } from "../room.ts";
import { file } from "../shell/files.ts";
import type { World } from "../world.ts";
import { configuration } from "./configuration.ts";
import { dumpProgram, haproxyProgram } from "./programs.ts";
import { serveHaproxy } from "./socket.ts";
import { statCsv } from "./stat.ts";

const isListening = (world: World): boolean => isRunning(world.hosts.lb1, "haproxy");

/** The statistics page; `;csv` is what programs read. */
const statistics = createHttpService((world, url) => {
  const isCsv = url.startsWith("/stats;csv");
  if (!url.startsWith("/stats"))
    return { status: 503, headers: {}, body: "<html><body><h1>503</h1></body></html>\n", takesMs: 0 };
  const headers = { "Content-Type": isCsv ? "text/plain" : "text/html", "Cache-Control": "no-cache" };
  return {
    status: 200,
    headers,
    body: isCsv ? statCsv(world) : "<html><title>Statistics</title></html>\n",
    takesMs: 0,
  };
});

const services: readonly Service[] = [
  {
    host: "lb1",
    at: "/run/haproxy/admin.sock",
    accounts: [ACCOUNTS.operator],
    isListening,
    serve: (stream, simulation) => serveHaproxy(stream, "admin", simulation),
  },
  { host: "lb1", at: 9_999, isListening, serve: (stream, simulation) => serveHaproxy(stream, "operator", simulation) },
  { host: "lb1", at: 8_404, isListening, serve: statistics },
];

export const haproxyRoom: Room = {
  programs: [dumpProgram, haproxyProgram],
  services,
  files: (world, host) => {
    if (host !== "lb1") return [];
    const { startedAtMs, dumped } = world.haproxy;
    return [
      ["/etc/haproxy/haproxy.cfg", file(configuration, startedAtMs)],
      ["/usr/bin/perl", file("", startedAtMs, 0o755)],
      ...(dumped === undefined ? [] : [[dumped.path, file(dumped.text, dumped.atMs)] as const]),
    ];
  },
};
