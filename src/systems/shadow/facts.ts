import type { Cluster, ShadowConfig } from "../../inventory/cluster.ts";
import { mapReading, pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { drift, lastRun, mount, running } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";
import type { Drift } from "./parse-drift.ts";
import type { Mounted } from "./parse-mount.ts";

export const shadowFacts = (context: Context): ShadowFacts => {
  const { shadow } = context.cluster;
  if (shadow === undefined) return { intervalMs: 0, hosts: [] };
  return {
    intervalMs: shadow.intervalMs,
    hosts: [shadow.master, ...shadow.subs].map((host) => hostFact(host, shadow, context)),
  };
};

const hostFact = (host: string, config: ShadowConfig, { cluster, samples, nowMs }: Context): ShadowHost => {
  const last = readingOf(samples.latest(lastRun, host), (run) => run);
  const wanted = wantedAt(config.target, cluster);
  const target = readingOf(samples.latest(mount, host), (mounted) => judgeMount(mounted, wanted));
  return {
    host,
    role: host === config.master ? "master" : "sub",
    last,
    successAgeMs: pickReading(
      last,
      ({ lastSuccessAtMs }) => (lastSuccessAtMs === undefined ? undefined : Math.max(0, nowMs - lastSuccessAtMs)),
      "no good run is on record",
    ),
    running: readingOf(samples.latest(running, host), (now) => now),
    target,
    drift: driftOf(
      readingOf(samples.latest(drift, host), (counts) => counts),
      target,
      last,
    ),
  };
};

/** The volume whose mount the target lies on, by the inventory. */
const wantedAt = (target: string, { gluster }: Cluster): string | undefined =>
  gluster?.volumes.find(({ mount: point }) => target === point || target.startsWith(`${point}/`))?.name;

type Target = Extract<ShadowHost["target"], { state: "known" }>["value"];

/** The type counts, not the path: an unmounted directory takes writes just as well, onto the local disk. */
const judgeMount = ({ at }: Mounted, volume: string | undefined): Target => {
  const wanted = volume === undefined ? "a mount" : `volume ${volume}`;
  if (at === undefined) return { right: false, wanted };
  const { type, source } = at;
  // "localhost:/wp-core", "web1:wp-core", "web1:/wp-core/" or "web1:/wp-core/folder": the first word after the server.
  const right =
    volume === undefined || (type === "fuse.glusterfs" && /:\/?([^/:\]]+)(?:\/|$)/.exec(source)?.[1] === volume);
  return { right, type, source, wanted };
};

const driftOf = (
  counts: Reading<Drift>,
  target: ShadowHost["target"],
  last: ShadowHost["last"],
): ShadowHost["drift"] => {
  if (target.state === "unknown") return target;
  if (!target.value.right)
    return unknownReading("missing", "the target is not mounted: there is nothing to compare with");
  if (counts.state === "unknown") return counts;
  const overtaken = last.state === "known" && last.value.startedAtMs > counts.atMs;
  return mapReading(counts, ({ changes, deletions, files }) => ({ changes, deletions, files, overtaken }));
};
