import { isRunning } from "../host/state.ts";
import { NODES, VERSIONS, type NodeName } from "../layout.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";

/** Apache and PHP on one node. */
export interface WebState {
  readonly name: NodeName;
  /** Versions of libphpX.Y.so on disk; the file that loads a module stays when its package goes. */
  readonly phpModules: Set<string>;
  /** What mods-enabled and conf-enabled have links to, whether or not these lead anywhere. */
  readonly enabled: Set<string>;
  /** What the running Apache has of that. */
  loaded: ReadonlySet<string>;
  /** When Apache's unit last started or took up its configuration, as far as this was noticed. */
  startSeenMs: number;
  reloadsSeen: number;
  /** PHP's own files of settings, and copies of them: path → text. */
  readonly settings: Map<string, string>;
  /** Copies of folders. */
  readonly kept: Set<string>;
  accesses: number;
  kilobytes: number;
  busyWorkers: number;
  readonly maxWorkers: number;
  responseMs: number;
}

export const phpRelease = VERSIONS.php.split(".").slice(0, 2).join(".");

/** What an upgrade of PHP brings along. */
export const NEXT_PHP = "8.4";

const ENABLED = ["mpm_prefork", "setenvif", `php${phpRelease}`] as const;

/** php.ini as the package has it, and what this site changed: where sessions live, and how much memory a page may take. */
export const ownSettings = (version: string, changed: boolean): readonly (readonly [string, string])[] => [
  [
    `/etc/php/${version}/apache2/php.ini`,
    `[PHP]\nmemory_limit = ${changed ? "256M" : "128M"}\nmax_execution_time = 30\n`,
  ],
  [`/etc/php/${version}/fpm/php.ini`, "[PHP]\nmemory_limit = 128M\nmax_execution_time = 30\n"],
  [`/etc/php/${version}/cli/php.ini`, "[PHP]\nmemory_limit = -1\n"],
  ...(changed ? [[`/etc/php/${version}/apache2/conf.d/90-sessions.ini`, SESSIONS] as const] : []),
];

const SESSIONS = 'session.save_handler = redis\nsession.save_path = "tcp://lb1:6380?auth=hidden&timeout=2"\n';

/** Well again: as it was installed. */
export const repairWeb = (web: WebState): void => {
  web.phpModules.clear();
  web.phpModules.add(phpRelease);
  web.enabled.clear();
  for (const name of ENABLED) web.enabled.add(name);
  web.loaded = new Set(ENABLED);
  web.settings.clear();
  for (const [path, text] of ownSettings(phpRelease, true)) web.settings.set(path, text);
};

/** The version of PHP that a set of modules and parts runs; undefined: files are handed out as they lie there. */
export const phpOf = (web: WebState, parts: ReadonlySet<string>): string | undefined => {
  const versions = [...web.phpModules, phpRelease];
  const byModule = [...web.phpModules].find((version) => parts.has(`php${version}`));
  return byModule ?? (parts.has("proxy_fcgi") ? versions.find((version) => parts.has(`php${version}-fpm`)) : undefined);
};

const create = (name: NodeName, random: Random): WebState => ({
  name,
  phpModules: new Set([phpRelease]),
  enabled: new Set(ENABLED),
  loaded: new Set(ENABLED),
  startSeenMs: 0,
  reloadsSeen: 0,
  settings: new Map(ownSettings(phpRelease, true)),
  kept: new Set(),
  accesses: random.between(8, 10) * 1_000_000,
  kilobytes: random.between(100, 130) * 1_000_000,
  busyWorkers: 3,
  maxWorkers: 150,
  responseMs: 20,
});

export const createWeb = (random: Random): Readonly<Record<NodeName, WebState>> => {
  const [web1, web2, web3] = NODES;
  return { web1: create(web1, random), web2: create(web2, random), web3: create(web3, random) };
};

/** What a request for the health page comes to. */
export type Health = "silent" | "refused" | "source" | "failing" | "ok";

export const healthOf = (world: World, node: NodeName): Health => {
  const host = world.hosts[node];
  if (!host.up) return "silent";
  if (!isRunning(host, "apache2")) return "refused";
  const web = world.web[node];
  const version = phpOf(web, web.loaded);
  if (version === undefined) return "source";
  const byFpm = !web.loaded.has(`php${version}`);
  return byFpm && !isRunning(host, `php${version}-fpm`) ? "failing" : "ok";
};
