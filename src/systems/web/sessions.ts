import type { Cluster, RedisConfig } from "../../inventory/cluster.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { OriginFact, Php, SessionsFact } from "./facts-schema.ts";
import type { SessionSetting } from "./parse-sessions.ts";

/** Where PHP keeps its sessions, by the settings of the PHP that serves, and whether the inventory's sessions Redis is there. */
export const sessionsOf = (
  settings: Reading<readonly SessionSetting[]>,
  php: OriginFact["php"],
  host: string,
  cluster: Cluster,
): Reading<SessionsFact> => {
  if (settings.state === "unknown") return settings;
  if (php.state === "unknown") return php;
  const own = settings.value
    .filter(({ file }) => counts(file, php.value))
    .toSorted((a, b) => rank(a.file) - rank(b.file) || a.file.localeCompare(b.file));
  const last = (name: SessionSetting["name"]): string | undefined =>
    own.findLast((setting) => setting.name === name && setting.value !== "")?.value;
  const handler = last("handler");
  // Every php.ini has the line: without it these are not the settings that count, and PHP's default is a guess.
  if (handler === undefined) return unknownReading("missing", "its session.save_handler was not found");
  const path = last("path");
  return { state: "known", atMs: settings.atMs, value: placeOf(handler, path, host, cluster) };
};

/** Without one, pages may well have no sessions: then nothing is asked. */
export const hasSessionsRedis = ({ redis }: Cluster): boolean => redis.some(({ purpose }) => purpose === "sessions");

/** /etc/php/8.2/apache2 is not /etc/php/8.2/cli; other layouts have one PHP for all. */
const counts = (file: string, { how, version }: Php): boolean => {
  const [, release, sapi] = /^\/etc\/php\/(\d+\.\d+)\/([^/]+)\//.exec(file) ?? [];
  if (release === undefined) return !file.startsWith("/etc/php/");
  // With its PHP lost, what it was set to still tells where the sessions are.
  const sapis = { module: ["apache2"], fpm: ["fpm"], none: ["apache2", "fpm"] }[how];
  return sapis.includes(sapi ?? "") && (version === undefined || version.includes(release));
};

/** php.ini is read first, then the folder beside it, then what a pool or a site sets for itself. */
const rank = (file: string): number =>
  file.endsWith("/php.ini") ? 0 : /\/(conf\.d|php\.d)\//.test(file) && file.endsWith(".ini") ? 1 : 2;

const placeOf = (handler: string, path: string | undefined, host: string, cluster: Cluster): SessionsFact => {
  const target = path === undefined ? {} : { target: path };
  if (handler === "files") return { handler, ...target, where: "here", right: false };
  const [, server = "", port] = /^(?:tcp|tls|redis|rediss):\/\/([^:/]+)(?::(\d+))?/.exec(path ?? "") ?? [];
  const local = path?.startsWith("unix:") === true || /^(127\.|localhost$)/.test(server);
  const machine = local ? host : cluster.hosts.find((each) => each.name === server || each.address === server)?.name;
  if (machine === undefined) return { handler, ...target, where: "unclear" };
  const where = machine === host ? "here" : "elsewhere";
  const wanted = cluster.redis.filter(({ purpose }) => purpose === "sessions");
  return { handler, ...target, where, right: wanted.some((redis) => isAt(redis, machine, port)) };
};

const isAt = (redis: RedisConfig, host: string, port: string | undefined): boolean =>
  redis.host === host && (port === undefined || String(redis.port) === port);
