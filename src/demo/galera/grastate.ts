import { isRunning } from "../host/state.ts";
import { isNode, NODES, type HostName, type NodeName } from "../layout.ts";
import { file, folder, type Entry } from "../shell/files.ts";
import type { World } from "../world.ts";

/** What a member wrote down when it last stopped: while it runs, and when it was killed, the position is -1. */
export const grastateFiles = (world: World, host: HostName): readonly (readonly [string, Entry])[] => {
  if (!isNode(host)) return [];
  const member = world.galera.members[host];
  const stopped = !isRunning(world.hosts[host], "mariadb");
  const seqno = stopped && !member.crashed ? member.lastCommitted : -1;
  const text = `# GALERA saved state\nversion: 2.1\nuuid:    ${world.galera.uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${isSafe(world, host) ? 1 : 0}\n`;
  return [
    ["/var/lib/mysql", folder(member.startedAtMs, 0o700)],
    ["/var/lib/mysql/grastate.dat", file(text, member.startedAtMs, 0o660)],
  ];
};

/** The last to stop in order knows that it was; somebody may have marked another. */
export const isSafe = (world: World, name: NodeName): boolean => {
  const { members, component } = world.galera;
  const member = members[name];
  if (isRunning(world.hosts[name], "mariadb")) return false;
  if (member.markedSafe) return true;
  const sinceMs = (node: NodeName): number => world.hosts[node].units.get("mariadb")?.sinceMs ?? 0;
  const later = NODES.some((node) => sinceMs(node) > sinceMs(name));
  return !member.crashed && component.length === 0 && !later;
};
