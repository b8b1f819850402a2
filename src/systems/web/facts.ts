import { posix } from "node:path";
import type { Sample } from "../../connect/sample.ts";
import type { Cluster, WebConfig } from "../../inventory/cluster.ts";
import { pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { unitName, type UnitState } from "../unit.ts";
import {
  code,
  configTest,
  fpmPools,
  fpmQueues,
  health,
  moduleFiles,
  serverStatus,
  sessionSettings,
  units,
  uploads,
} from "./commands.ts";
import type { OriginFact, UploadsFact, WebFacts } from "./facts-schema.ts";
import { fpmLoad, poolQueues } from "./fpm-load.ts";
import { judgePage } from "./judge-page.ts";
import { compareCode } from "./code.ts";
import type { Uploads } from "./parse-uploads.ts";
import type { ConfigTest } from "./parse-config.ts";
import { phpOf, phpBesideNginx } from "./php.ts";
import { hasSessionsRedis, sessionsOf } from "./sessions.ts";

export const webFacts = (context: Context): WebFacts => {
  const { web, shadow } = context.cluster;
  if (web === undefined) return { service: "", origins: [] };
  const codes = compareCode(
    web.hosts.map((host) => ({ host, code: readingOf(context.samples.latest(code, host), (files) => files) })),
    shadow?.master,
    web.docroot,
  );
  return {
    service: web.service,
    origins: web.hosts.map((host) => originFact(host, web, codes.get(host) ?? NOT_ASKED, context)),
  };
};

const NOT_ASKED = unknownReading("pending", "not asked yet");

const originFact = (
  host: string,
  web: WebConfig,
  ofCode: OriginFact["code"],
  { cluster, samples }: Context,
): OriginFact => {
  const asked = samples.latest(units, host);
  const config = samples.latest(configTest, host);
  const page = samples.latest(health, host);
  const pools = readingOf(samples.latest(fpmPools, host), (list) => list);
  const sockets = readingOf(samples.latest(fpmQueues, host), (list) => list);
  const fpm = web.fpm.map(unitName).map((unit) => {
    const state = unitOf(asked, unit);
    return { unit, state, load: fpmLoad(unit, state, pools), queues: poolQueues(unit, pools, sockets) };
  });
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
    code: ofCode,
    ...(cluster.gluster === undefined
      ? {}
      : {
          uploads: readingOf(samples.latest(uploads, host), (found) =>
            found.map((each) => judgeUploads(each, cluster)),
          ),
        }),
    ...(web.statusUrl === undefined
      ? {}
      : { workers: readingOf(samples.latest(serverStatus, host), (workers) => workers) }),
    health: readingOf(page, (value) => value),
    page: judgePage(page, samples.link(host), web, cluster.thresholds),
  };
};

/** A folder of its own lies where it lies; a link is judged by the volume its name leads to. */
const judgeUploads = ({ path, type, link }: Uploads, { gluster }: Cluster): UploadsFact => {
  const target = link === undefined ? path : posix.resolve(posix.dirname(path), link);
  const onVolume = gluster?.volumes.some(({ mount }) => target === mount || target.startsWith(`${mount}/`)) ?? false;
  if (onVolume || /gluster|nfs|ceph|cifs/.test(type)) return { path, type, shared: true };
  return link === undefined ? { path, type, shared: false } : { path, type };
};

type ConfigFact = Extract<OriginFact["config"], { state: "known" }>["value"];

const configFact = (test: ConfigTest): ConfigFact => test;

const unitOf = (asked: Sample<readonly UnitState[]>, id: string): Reading<UnitState> =>
  pickReading(
    readingOf(asked, (list) => list),
    (list) => list.find((unit) => unit.id === id),
    `systemctl did not tell of ${id}`,
  );
