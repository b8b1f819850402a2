import { isRunning } from "../host/state.ts";
import { NODES } from "../layout.ts";
import type { Room, Secrets, Service } from "../room.ts";
import { grastateFiles } from "./grastate.ts";
import { serveMysql } from "./mysql-server.ts";
import { galeraPrograms } from "./programs.ts";

const SOCKET = "/run/mysqld/mysqld.sock";

export const galeraRoom = (secrets: Secrets): Room => ({
  programs: galeraPrograms,
  files: grastateFiles,
  services: NODES.flatMap((node) =>
    [3_306, SOCKET].map((at): Service => ({
      host: node,
      at,
      isListening: (world) => isRunning(world.hosts[node], "mariadb"),
      serve: (stream, simulation) => serveMysql(stream, node, simulation, secrets.sql),
    })),
  ),
});
