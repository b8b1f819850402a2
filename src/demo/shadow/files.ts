import { isNode, MASTER, type HostName } from "../layout.ts";
import { file, type Entry } from "../shell/files.ts";
import { lines } from "../shell/program.ts";
import type { World } from "../world.ts";
import { NOT_MOUNTED, type SyncState } from "./state.ts";

const SCRIPT =
  "#!/bin/bash\n# Keeps the sites and their shadow on GlusterFS alike.\nPAUSED=/etc/cronwrap/sync-sites.paused\n. /etc/cronwrap/sync-sites.conf\n";

/** The script, its schedule, and what it leaves for monitors. */
export const shadowFiles = (world: World, name: HostName): readonly (readonly [string, Entry])[] => {
  if (!isNode(name)) return [];
  const sync = world.shadow.nodes[name];
  const installedMs = world.hosts[name].bootedAtMs - 86_400_000;
  const writtenMs = sync.runningMs === undefined ? sync.finishedAtMs : sync.startedAtMs;
  const cron: readonly (readonly [string, Entry])[] =
    name === MASTER
      ? [["/etc/cron.d/sync-sites", file("*/3 * * * * root /etc/cronwrap/sync-sites\n", installedMs)]]
      : [];
  return [
    ["/etc/cronwrap/sync-sites", file(SCRIPT, installedMs, 0o755)],
    [
      "/etc/cronwrap/sync-sites.conf",
      file(`ROLE=${role(sync)}\nSOURCE=/var/www\nTARGET=/wp-core\nMAX_DELETE=100\n`, installedMs),
    ],
    ["/var/lib/sync-sites/last", file(() => lastText(sync, world.shadow.failedSubs), writtenMs)],
    ["/var/log/sync-sites.log", file(() => logText(sync), writtenMs)],
    ...cron,
    ...(world.shadow.paused.has(name) ? [["/etc/cronwrap/sync-sites.paused", file("", world.nowMs)] as const] : []),
  ];
};

const role = ({ name }: SyncState): string => (name === MASTER ? "master" : "sub");

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** key=value lines, replaced in one go at the start and at the end of a run. */
const lastText = (sync: SyncState, failedSubs: readonly string[]): string => {
  const running = sync.runningMs !== undefined;
  const ok = sync.exitCode === 0;
  return lines([
    `host=${sync.name}`,
    `role=${role(sync)}`,
    `pid=${sync.pid}`,
    `started=${seconds(sync.startedAtMs)}`,
    `finished=${running ? "" : seconds(sync.finishedAtMs)}`,
    `result=${running ? "running" : ok ? "ok" : "failed"}`,
    `exit=${running ? "" : sync.exitCode}`,
    `reason=${running || ok ? "" : reason(sync, failedSubs)}`,
    `changed=${running ? "" : sync.changed}`,
    `deleted=${running ? "" : sync.deleted}`,
    `last_success=${seconds(sync.succeededAtMs)}`,
  ]);
};

const reason = ({ exitCode }: SyncState, failedSubs: readonly string[]): string => {
  if (exitCode === NOT_MOUNTED) return "/wp-core is not a GlusterFS mount (nothing mounted)";
  return `sub-servers failed:${failedSubs.map((name) => ` ${name}:255`).join("")}`;
};

const logText = (sync: SyncState): string => {
  const when = new Date(sync.finishedAtMs).toISOString().slice(0, 19);
  const took = seconds(sync.finishedAtMs - sync.startedAtMs);
  const result = sync.exitCode === 0 ? "ok" : "failed";
  return `${when}Z ${role(sync)}[${sync.pid}]: ${result} after ${took} s, changed ${sync.changed}, deleted ${sync.deleted}\n`;
};
