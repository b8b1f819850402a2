import { isRunning } from "../host/state.ts";
import { NODES } from "../layout.ts";
import { configProblem } from "./configuration.ts";
import type { WebState } from "./state.ts";
import type { World } from "../world.ts";

export const tickWeb = (world: World, stepMs: number): void => {
  for (const node of NODES) {
    const web = world.web[node];
    takeUp(world, web);
    if (!isRunning(world.hosts[node], "apache2")) continue;
    const { rate } = world.haproxy.web.servers[node].counters;
    const served = world.random.count((rate + 0.5) * (stepMs / 1_000));
    web.accesses += served;
    web.kilobytes += served * 14;
    web.responseMs = 17 + rate * 0.4 + world.random.next() * 9;
    web.busyWorkers = 1 + world.random.count((rate * web.responseMs) / 1_000 + 0.6);
  }
};

/** Apache that starts, or is told to reload, reads its configuration; with one that fails it does not start. */
const takeUp = (world: World, web: WebState): void => {
  const unit = world.hosts[web.name].units.get("apache2");
  if (unit === undefined || unit.active !== "active") return;
  const started = unit.sinceMs !== web.startSeenMs;
  // What ran before anybody looked has what it has.
  const first = web.startSeenMs === 0;
  const reloaded = (unit.reloads ?? 0) !== web.reloadsSeen;
  web.startSeenMs = unit.sinceMs;
  web.reloadsSeen = unit.reloads ?? 0;
  if (first || !(started || reloaded)) return;
  if (configProblem(web) === undefined) web.loaded = new Set(web.enabled);
  else if (started) {
    unit.active = "failed";
    unit.sub = "failed";
    unit.result = "exit-code";
    unit.pid = 0;
  }
};
