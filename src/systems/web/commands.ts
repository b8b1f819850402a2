import type { HostCommand, HttpCommand } from "../../connect/command.ts";
import type { WebConfig } from "../../inventory/cluster.ts";
import { parseUnits, unitArgv, type UnitState } from "../unit.ts";
import { parseCode, type Code } from "./parse-code.ts";
import { parseConfig, type ConfigTest } from "./parse-config.ts";
import { parseFiles, type ModuleFiles } from "./parse-files.ts";
import { parseFpmPools, POOL_FOLDERS, POOL_PATTERN, type FpmPool } from "./parse-fpm-pools.ts";
import { parseListenQueues, type ListenQueue } from "./parse-fpm-queues.ts";
import { parseHealth, type Health } from "./parse-health.ts";
import { parseUploads, type Uploads } from "./parse-uploads.ts";
import { parseSessions, SESSION_PATTERN, type SessionSetting } from "./parse-sessions.ts";
import { parseServerStatus, type Workers } from "./parse-server-status.ts";

type Service = WebConfig["service"];

const LOGIN = { need: "login" } as const;

export interface UnitsParams {
  readonly units: readonly string[];
}

/** Asks systemd, which may itself be stuck, so not in the batch. */
export const units: HostCommand<readonly UnitState[], UnitsParams, "read"> = {
  id: "web.units",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "State of the web server's unit and of the PHP-FPM units",
  privilege: LOGIN,
  deadlineMs: 4_000,
  argv: (params) => unitArgv(params.units),
  parse: parseUnits,
};

/**
 * Configuration test and list of modules in one run of the server's own binary, as an ordinary user: it needs no key
 * file and opens no log. Absolute paths, because /usr/sbin is not on every account's PATH.
 */
export const configTest: HostCommand<ConfigTest, { readonly service: Service }, "read"> = {
  id: "web.config",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether the configuration would load, and with which MPM and PHP module",
  privilege: LOGIN,
  deadlineMs: 10_000,
  argv: ({ service }) => TESTS[service],
  parse: parseConfig,
};

const TESTS: Readonly<Record<Service, readonly string[]>> = {
  apache2: ["/usr/sbin/apache2ctl", "-t", "-D", "DUMP_MODULES"],
  httpd: ["/usr/sbin/httpd", "-t", "-D", "DUMP_MODULES"],
  nginx: ["/usr/sbin/nginx", "-t"],
};

/** %Y follows a link: `N` is one that leads nowhere. Apache skips those without a word. */
export const moduleFiles: HostCommand<ModuleFiles, { readonly service: ApacheService }, "read"> = {
  id: "web.modules",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "PHP modules installed and enabled, MPM enabled, links that lead nowhere",
  privilege: LOGIN,
  deadlineMs: 2_000,
  argv: ({ service }) => [
    "find",
    ...MODULE_FOLDERS[service],
    "-maxdepth",
    "1",
    "(",
    "-name",
    "libphp*.so",
    "-o",
    "-name",
    "*php*.load",
    "-o",
    "-name",
    "*php*.conf",
    "-o",
    "-name",
    "mpm_*.load",
    "-o",
    "-xtype",
    "l",
    ")",
    "-printf",
    "%p\\t%Y\\t%l\\n",
  ],
  parse: parseFiles,
};

export type ApacheService = Exclude<Service, "nginx">;

const MODULE_FOLDERS: Readonly<Record<ApacheService, readonly string[]>> = {
  apache2: [
    "/usr/lib/apache2/modules",
    "/etc/apache2/mods-enabled",
    "/etc/apache2/conf-enabled",
    "/etc/apache2/sites-enabled",
  ],
  httpd: ["/usr/lib64/httpd/modules", "/etc/httpd/conf.modules.d", "/etc/httpd/conf.d"],
};

/**
 * Files that hold a Redis password are readable by root alone, rightly; what is printed of them holds none. -R, because
 * conf.d is made of links.
 */
export const sessionSettings: HostCommand<readonly SessionSetting[], void, "read"> = {
  id: "web.sessions",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Where PHP keeps its visitors' sessions (session.save_handler and save_path, without passwords)",
  privilege: { need: "root", why: "PHP's settings of its session store hold a password, of which nothing is printed" },
  deadlineMs: 5_000,
  argv: () => ["/usr/bin/grep", "-RHoE", SESSION_PATTERN, ...SETTINGS],
  parse: parseSessions,
};

const SETTINGS = [
  "/etc/php",
  "/etc/php.ini",
  "/etc/php.d",
  "/etc/php-fpm.d",
  "/etc/apache2/sites-enabled",
  "/etc/apache2/conf-enabled",
  "/etc/httpd/conf.d",
] as const;

/** The files are readable by all where the packages make them; what else stands in them is not printed. */
export const fpmPools: HostCommand<readonly FpmPool[], void, "read"> = {
  id: "web.fpm_pools",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "How many processes PHP-FPM's pools may have (pm.max_children), and where they listen",
  privilege: LOGIN,
  deadlineMs: 5_000,
  argv: () => ["grep", "-RHE", "--include=*.conf", POOL_PATTERN, ...POOL_FOLDERS],
  parse: parseFpmPools,
};

/** The kernel's own count: a pool with no process free cannot be asked itself, and its unit tells the sum of all pools. */
export const fpmQueues: HostCommand<readonly ListenQueue[], void, "read"> = {
  id: "web.fpm_queues",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "How many requests wait before each of PHP-FPM's pools",
  privilege: LOGIN,
  deadlineMs: 3_000,
  argv: () => ["ss", "-Hnlxt"],
  parse: parseListenQueues,
};

const NICE = ["nice", "-n", "19"] as const;

export interface Docroot {
  readonly docroot: string;
}

/**
 * Checksums of the PHP files alone, without uploads and caches, nice to everyone else. The answer is bounded by what is
 * kept of one (1 MB, some ten thousand files); beyond it the code is not compared.
 */
export const code: HostCommand<Code, Docroot, "read"> = {
  id: "web.code",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Checksums of the sites' PHP files, to compare the origins",
  privilege: LOGIN,
  deadlineMs: 60_000,
  argv: ({ docroot }) => [
    ...NICE,
    "find",
    docroot,
    "-xdev",
    "(",
    ...["uploads", "cache", ".git", "node_modules"].flatMap((name, i) =>
      i === 0 ? ["-name", name] : ["-o", "-name", name],
    ),
    ")",
    "-prune",
    "-o",
    "-type",
    "f",
    "-name",
    "*.php",
    "-size",
    "-2048k",
    "-exec",
    "md5sum",
    "{}",
    "+",
  ],
  parse: parseCode,
};

/** Does not follow links: where they lead is told by name, so that a hung volume is not touched. */
export const uploads: HostCommand<readonly Uploads[], Docroot, "read"> = {
  id: "web.uploads",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether folders of uploads below the docroot lie on a shared volume",
  privilege: LOGIN,
  deadlineMs: 10_000,
  argv: ({ docroot }) => [
    ...NICE,
    "find",
    docroot,
    "-maxdepth",
    "4",
    "-name",
    "uploads",
    "-prune",
    "-printf",
    "%y\\t%F\\t%l\\t%p\\n",
  ],
  parse: parseUploads,
};

export interface HealthParams {
  readonly url: string;
  readonly hostHeader?: string | undefined;
  readonly expect?: string | undefined;
}

/** Enough for a health page's text, a whole front page's too, and for seeing source in place of a page. */
export const KEEP_BYTES = 262_144;

export const health: HttpCommand<Health, HealthParams, "read"> = {
  id: "web.health",
  kind: "http",
  effect: "read",
  asks: "The health page, as the host itself sees it",
  privilege: { need: "http" },
  deadlineMs: 5_000,
  request: ({ url, hostHeader }) => ({
    url,
    keepBytes: KEEP_BYTES,
    ...(hostHeader === undefined ? {} : { hostHeader }),
  }),
  parse: parseHealth,
};

export const serverStatus: HttpCommand<Workers, { readonly url: string }, "read"> = {
  id: "web.workers",
  kind: "http",
  effect: "read",
  asks: "Busy and idle workers, from server-status?auto",
  privilege: { need: "http" },
  deadlineMs: 5_000,
  request: ({ url }) => ({ url, keepBytes: KEEP_BYTES }),
  parse: parseServerStatus,
};
