import { isRunning } from "../host/state.ts";
import { NODES } from "../layout.ts";
import type { World } from "../world.ts";

export const tickWeb = (world: World, stepMs: number): void => {
  for (const node of NODES) {
    const web = world.web[node];
    if (!isRunning(world.hosts[node], "apache2")) continue;
    const { rate } = world.haproxy.web.servers[node].counters;
    const served = world.random.count((rate + 0.5) * (stepMs / 1_000));
    web.accesses += served;
    web.kilobytes += served * 14;
    web.responseMs = 17 + rate * 0.4 + world.random.next() * 9;
    web.busyWorkers = 1 + world.random.count((rate * web.responseMs) / 1_000 + 0.6);
  }
};
