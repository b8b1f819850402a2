import type { Sample } from "../../connect/sample.ts";
import type { WebConfig } from "../../inventory/cluster.ts";
import { pickReading } from "../derive.ts";
import { readingOf, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import type { UnitState } from "../unit.ts";
import { configTest, health, moduleFiles, serverStatus, sessionSettings, units } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";
import { judgePage } from "./judge-page.ts";
import type { ConfigTest } from "./parse-config.ts";
import { phpOf, phpBesideNginx } from "./php.ts";
import { hasSessionsRedis, sessionsOf } from "./sessions.ts";

export const webFacts = (context: Context): WebFacts => {
  const { web } = context.cluster;
  return web === undefined
    ? { service: "", origins: [] }
    : { service: web.service, origins: web.hosts.map((host) => originFact(host, web, context)) };
};

const originFact = (host: string, web: WebConfig, { cluster, samples }: Context): OriginFact => {
  const asked = samples.latest(units, host);
  const config = samples.latest(configTest, host);
  const page = samples.latest(health, host);
  const fpm = web.fpm.map((unit) => ({ unit: unitName(unit), state: unitOf(asked, unitName(unit)) }));
  const php =
    web.service === "nginx"
      ? phpBesideNginx(
          fpm,
          readingOf(asked, () => true),
        )
      : phpOf(
          readingOf(samples.latest(moduleFiles, host), (files) => files),
          readingOf(config, configFact),
          web.fpm,
        );
  const settings = readingOf(samples.latest(sessionSettings, host), (lines) => lines);
  return {
    host,
    unit: unitOf(asked, unitName(web.service)),
    fpm,
    config: readingOf(config, configFact),
    php,
    ...(hasSessionsRedis(cluster) ? { sessions: sessionsOf(settings, php, host, cluster) } : {}),
    ...(web.statusUrl === undefined
      ? {}
      : { workers: readingOf(samples.latest(serverStatus, host), (workers) => workers) }),
    health: readingOf(page, (value) => value),
    page: judgePage(page, samples.link(host), web, cluster.thresholds),
  };
};

type ConfigFact = Extract<OriginFact["config"], { state: "known" }>["value"];

const configFact = (test: ConfigTest): ConfigFact => test;

/** `apache2` and `apache2.service` are the same to systemd. */
export const unitName = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);

const unitOf = (asked: Sample<readonly UnitState[]>, id: string): Reading<UnitState> =>
  pickReading(
    readingOf(asked, (list) => list),
    (list) => list.find((unit) => unit.id === id),
    `systemctl did not tell of ${id}`,
  );
