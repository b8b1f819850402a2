import type { World } from "../world.ts";
import { serversOf } from "./state.ts";

/** A reload or a restart takes up what the state file says; without one everybody is ready again. */
export const takeUpStates = (world: World): void => {
  const { haproxy } = world;
  const unit = world.hosts.lb1.units.get("haproxy");
  if (unit === undefined) return;
  const began = unit.sinceMs !== haproxy.startSeenMs || (unit.reloads ?? 0) !== haproxy.reloadsSeen;
  const first = haproxy.startSeenMs === 0;
  haproxy.startSeenMs = unit.sinceMs;
  haproxy.reloadsSeen = unit.reloads ?? 0;
  if (first || !began || unit.active !== "active") return;
  const bits = new Map(
    (haproxy.dumped?.text ?? "").split("\n").map((line) => {
      const [, proxy, , server, , , admin] = line.split(" ");
      return [`${proxy}/${server}`, Number(admin)];
    }),
  );
  for (const proxy of [haproxy.web, haproxy.mysql])
    for (const server of serversOf(proxy)) {
      server.admin = bits.get(`${proxy.name}/${server.name}`) ?? 0;
      server.sinceMs = world.nowMs;
    }
};
