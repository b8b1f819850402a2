import { HOSTS, isNode } from "../layout.ts";
import type { World } from "../world.ts";
import { tickJobs } from "./jobs.ts";
import { isRunning, type HostState } from "./state.ts";

export const tickHosts = (world: World, stepMs: number): void => {
  for (const name of HOSTS) {
    const host = world.hosts[name];
    rebootOn(world, host, stepMs);
    host.silentMs = host.up ? 0 : host.silentMs + stepMs;
    if (!host.up) continue;
    tickHost(world, host, stepMs);
    tickJobs(host, stepMs);
  }
};

/** Away for a while; then everything that is enabled runs, and what was made for the time being is gone. */
const rebootOn = (world: World, host: HostState, stepMs: number): void => {
  if (host.rebootingMs === undefined) return;
  host.up = false;
  host.rebootingMs -= stepMs;
  if (host.rebootingMs > 0) return;
  host.rebootingMs = undefined;
  host.up = true;
  host.bootedAtMs = world.nowMs;
  host.rebootRequired = false;
  host.jobs.clear();
  for (const [id, unit] of host.units) {
    if (unit.transient === true) host.units.delete(id);
    else if (unit.enabled)
      Object.assign(unit, {
        active: "active",
        sub: "running",
        result: "success",
        sinceMs: world.nowMs,
        pid: world.random.between(500, 9_000),
      });
  }
};

const tickHost = (world: World, host: HostState, stepMs: number): void => {
  const { random } = world;
  const wanted = demand(world, host) * (0.75 + random.next() * 0.5);
  [60_000, 300_000, 900_000].forEach((windowMs, index) => {
    const now = host.load[index] ?? 0;
    host.load[index] = now + (wanted - now) * (1 - Math.exp(-stepMs / windowMs));
  });
  let usedKb = host.memoryKb * 0.09;
  for (const unit of host.units.values()) if (unit.active === "active") usedKb += unit.memoryBytes / 1_024;
  if (isNode(host.name)) usedKb += world.web[host.name].busyWorkers * 38_000 + host.memoryKb * 0.24;
  host.memoryUsedKb += (usedKb - host.memoryUsedKb) * 0.05 + (random.next() - 0.5) * 2_000;
  const root = host.disks[0];
  if (root !== undefined && random.next() < 0.04 * (stepMs / 1_000)) root.usedKb += random.between(1, 40);
};

/** Runnable processes that this host's share of the work makes. */
const demand = (world: World, host: HostState): number => {
  if (!isNode(host.name)) return 0.08 + world.traffic.requestsPerSecond / 260;
  const web = isRunning(host, "apache2") ? world.haproxy.web.servers[host.name].counters.rate * 0.045 : 0;
  const sql = isRunning(host, "mariadb") ? 0.12 + world.haproxy.mysql.servers[host.name].counters.rate * 0.012 : 0;
  const syncing = world.shadow.nodes[host.name].runningMs === undefined ? 0 : 0.6;
  const healing = world.gluster.volumes.data.bricks[host.name].pending > 0 ? 0.5 : 0;
  return 0.1 + web + sql + syncing + healing;
};
