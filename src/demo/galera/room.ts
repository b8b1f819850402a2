import { isRunning } from "../host/state.ts";
import { isNode, NODES, type HostName } from "../layout.ts";
import type { Room, Secrets, Service } from "../room.ts";
import { file, folder, type Entry } from "../shell/files.ts";
import type { World } from "../world.ts";
import { serveMysql } from "./mysql-server.ts";

const SOCKET = "/run/mysqld/mysqld.sock";

export const galeraRoom = (secrets: Secrets): Room => ({
  programs: [],
  files: grastate,
  services: NODES.flatMap((node) =>
    [3_306, SOCKET].map((at): Service => ({
      host: node,
      at,
      isListening: (world) => isRunning(world.hosts[node], "mariadb"),
      serve: (stream, simulation) => serveMysql(stream, node, simulation, secrets.sql),
    })),
  ),
});

/** What a member wrote down when it last stopped: while it runs the position is -1. */
const grastate = (world: World, host: HostName): readonly (readonly [string, Entry])[] => {
  if (!isNode(host)) return [];
  const member = world.galera.members[host];
  const stopped = !isRunning(world.hosts[host], "mariadb");
  const seqno = stopped ? member.lastCommitted : -1;
  const last = stopped && world.galera.component.length === 0 ? 1 : 0;
  const text = `# GALERA saved state\nversion: 2.1\nuuid:    ${world.galera.uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${last}\n`;
  return [
    ["/var/lib/mysql", folder(member.startedAtMs, 0o700)],
    ["/var/lib/mysql/grastate.dat", file(text, member.startedAtMs, 0o660)],
  ];
};
