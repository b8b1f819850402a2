import type { UnitState } from "./host/state.ts";
import { ADMIN, serversOf } from "./haproxy/state.ts";
import { bricksOf, volumesOf } from "./gluster/state.ts";
import { HOSTS, MASTER, NODES, type HostName } from "./layout.ts";
import { capacity } from "./redis/state.ts";
import { NEXT_PHP, ownSettings, phpRelease, repairWeb } from "./web/state.ts";
import type { World } from "./world.ts";

/**
 * What can be broken in the embedded cluster. A scenario changes causes only (a host is cut off, a daemon dies, a
 * person forgets); what the other systems then say follows in the ticks, within the seconds it would really take.
 */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly apply: (world: World) => void;
  /** How long ago it happened when the cluster starts in it, ms; a heal that is to be seen must not be over. */
  readonly sinceMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const later = 4 * MINUTE_MS;

export const SCENARIOS: readonly Scenario[] = [
  { name: "healthy", title: "all well", sinceMs: 0, apply: () => undefined },
  {
    name: "node-down",
    title: "node down: web3 does not answer",
    sinceMs: later,
    apply: (world) => {
      world.hosts.web3.up = false;
    },
  },
  {
    name: "member-non-primary",
    title: "member non-primary: web2 cut off on the replication port alone",
    sinceMs: later,
    apply: (world) => {
      world.galera.members.web2.isolated = true;
    },
  },
  {
    name: "database-down",
    title: "database down: every member was killed, web2 has the newest data",
    sinceMs: later,
    apply: (world) => {
      const { members } = world.galera;
      members.web1.lastCommitted -= 14;
      members.web3.lastCommitted -= 9;
      for (const name of NODES) stop(world, name, "mariadb", "signal");
    },
  },
  {
    name: "desync-left",
    title: "desync left on: web3 out of flow control since a backup that was broken off",
    sinceMs: later,
    apply: (world) => {
      world.galera.members.web3.desync = true;
    },
  },
  {
    name: "heal-pending",
    title: "heal pending: web2's bricks are back, 1,840 files to heal",
    sinceMs: 10_000,
    apply: (world) => {
      const { data } = world.gluster.volumes;
      data.bricks.web1.pending += 1_840;
      data.bricks.web3.pending += 1_840;
      world.gluster.volumes["wp-core"].bricks.web1.pending += 212;
      world.gluster.volumes["wp-core"].bricks.web3.pending += 212;
    },
  },
  {
    name: "split-brain",
    title: "split-brain: two files on data whose copies contradict each other",
    sinceMs: later,
    apply: (world) => {
      world.gluster.volumes.data.splitBrain.push("/uploads/2024/11/menu.pdf", "/cache/rates.json");
    },
  },
  {
    name: "php-module-lost",
    title: "PHP module lost: an upgrade removed PHP 8.2's on web2 and left its link",
    sinceMs: later,
    apply: (world) => {
      const { phpModules, settings } = world.web.web2;
      phpModules.clear();
      phpModules.add(NEXT_PHP);
      for (const [path, text] of ownSettings(NEXT_PHP, false)) settings.set(path, text);
      stop(world, "web2", "apache2", "exit-code");
    },
  },
  {
    name: "php-as-source",
    title: "PHP as source: web3's Apache runs without its PHP module",
    sinceMs: later,
    apply: (world) => {
      const { web3 } = world.web;
      web3.enabled.delete(`php${phpRelease}`);
      web3.loaded = new Set(web3.enabled);
    },
  },
  {
    name: "drained-and-forgotten",
    title: "drained and forgotten: web2 out of rotation for three days",
    sinceMs: later,
    apply: (world) => {
      const server = world.haproxy.web.servers.web2;
      server.admin |= ADMIN.drain;
      server.sinceMs = world.nowMs - 3 * DAY_MS;
      server.lastSessionMs = world.nowMs - 3 * DAY_MS;
      server.counters.scur = 0;
    },
  },
  {
    name: "sessions-evicting",
    title: "sessions evicting: the session store is full and drops logins",
    sinceMs: MINUTE_MS,
    apply: (world) => {
      const { sessions } = world.redis;
      sessions.policy = "allkeys-lru";
      sessions.maxmemoryBytes = 12 * 1_048_576;
      sessions.keys = capacity(sessions);
    },
  },
  {
    name: "shadow-stale",
    title: "shadow stale: cron stopped on web1, no sync for 47 minutes",
    sinceMs: later,
    apply: (world) => {
      stop(world, MASTER, "cron", "success");
      world.shadow.toCall = [];
      for (const name of NODES) {
        const sync = world.shadow.nodes[name];
        sync.runningMs = undefined;
        sync.startedAtMs = world.nowMs - 47 * MINUTE_MS;
        sync.finishedAtMs = sync.startedAtMs + 6_000;
        sync.succeededAtMs = sync.finishedAtMs;
        sync.drifted += 23;
        sync.surplus += name === MASTER ? 4 : 0;
      }
    },
  },
  {
    name: "clock-skewed",
    title: "clock skewed: web2 is 90 seconds ahead",
    sinceMs: later,
    apply: (world) => {
      world.hosts.web2.clockAheadMs = 90_000;
    },
  },
];

export const scenarioNamed = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);

const stop = (world: World, host: HostName, unitName: string, result: UnitState["result"]): void => {
  const unit = world.hosts[host].units.get(unitName);
  if (unit === undefined) return;
  unit.active = result === "success" ? "inactive" : "failed";
  unit.sub = result === "success" ? "dead" : "failed";
  unit.result = result;
  unit.sinceMs = world.nowMs;
  unit.pid = 0;
};

/** Takes every cause away. What it left behind (a member that must catch up, files to heal) is worked off in the ticks. */
export const repair = (world: World): void => {
  for (const name of HOSTS) repairHost(world, name);
  for (const name of NODES) {
    world.galera.members[name].isolated = false;
    world.galera.members[name].desync = false;
    repairWeb(world.web[name]);
  }
  for (const volume of volumesOf(world.gluster)) {
    volume.splitBrain.length = 0;
    for (const brick of bricksOf(volume)) Object.assign(brick, { running: true, mounted: true });
  }
  for (const proxy of [world.haproxy.web, world.haproxy.mysql]) {
    for (const server of serversOf(proxy)) {
      if (server.admin !== 0) server.sinceMs = world.nowMs;
      server.admin = 0;
    }
  }
  world.shadow.paused.clear();
  world.haproxy.dumped = undefined;
  world.redis.sessions.policy = "noeviction";
  world.redis.sessions.maxmemoryBytes = 64 * 1_048_576;
};

/** A host that was down has booted; a stopped daemon was started. */
const repairHost = (world: World, name: HostName): void => {
  const host = world.hosts[name];
  host.clockAheadMs = 0;
  const booted = !host.up;
  if (booted) {
    host.up = true;
    host.bootedAtMs = world.nowMs - 20_000;
    host.load.fill(0.2);
  }
  for (const unit of host.units.values()) {
    if (!unit.enabled || (!booted && unit.active === "active")) continue;
    unit.active = "active";
    unit.sub = "running";
    unit.result = "success";
    unit.sinceMs = world.nowMs;
    unit.pid = world.random.between(500, 9_000);
  }
};
