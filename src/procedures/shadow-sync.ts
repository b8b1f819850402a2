import type { Cluster, ShadowConfig } from "../inventory/cluster.ts";
import { jobUnit } from "../systems/host/jobs.ts";
import { wholeNumber } from "../systems/text.ts";
import { jobActions, type JobOnHost } from "./job.ts";
import { tidy } from "./job-tidy.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import type { Choice, Procedure, Step } from "./procedure.ts";
import { countsAt, countsText, isAlike } from "./shadow-sync-counts.ts";
import {
  deletesAtMost,
  deletionsTyped,
  noSyncRuns,
  nothingDiffers,
  nothingToHeal,
  noUpgradeRuns,
  runEnded,
  shadowHost,
  targetsMounted,
} from "./shadow-sync-gates.ts";
import type { View } from "./view.ts";

interface Origin {
  readonly host: string;
  /** As counted when this was planned. */
  readonly deletions: number;
}

interface SyncPlan {
  readonly cluster: Cluster;
  readonly shadow: ShadowConfig;
  /** In the order in which they are synced. */
  readonly origins: readonly Origin[];
  readonly limit: number;
  /** Makes the units' names those of this run. */
  readonly run: string;
  readonly warnings: readonly string[];
}

/** A sync that has not ended by then hangs, as a rule with its mount. */
const ENDED_MS = 900_000;

const LATE: readonly Choice[] = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "stop", title: "stop here", leads: "stop" },
];

export const syncKind: ProcedureKind = {
  name: "sync",
  title: "Shadow sync now",
  about: "copies the sites' files to their shadow and from there to every origin, now, and shows that nothing differs",
  on: "cluster",
  options: [
    { name: "host", about: "only this origin; else the master, then every sub-server", fallback: "" },
    { name: "deletions", about: "more deletions than this must be typed", fallback: "100" },
  ],
  plan: async ({ options, view, reads }) => {
    const { cluster } = view;
    const { shadow } = cluster;
    if (shadow === undefined) return { ok: false, why: `the inventory of ${cluster.name} has no shadow sync` };
    const limit = wholeNumber(options.get("deletions"));
    if (limit === undefined)
      return { ok: false, why: `deletions=${options.get("deletions") ?? ""}: expected a number` };
    const all = [shadow.master, ...shadow.subs];
    const only = options.get("host") ?? "";
    if (only !== "" && !all.includes(only))
      return { ok: false, why: `${only} is no origin of the shadow sync; they are ${all.join(", ")}` };
    const hosts = only === "" ? all : [only];
    const unmounted = hosts.filter((host) => notMounted(host, view));
    if (unmounted.length > 0)
      return {
        ok: false,
        why: `${shadow.target} is not mounted on ${unmounted.join(", ")}: a sync would use the local disk, or delete the sites' files; first: ${unmounted.map((host) => `ssh ${host} sudo mount ${shadow.target}`).join("; ")}`,
      };
    const counted = await Promise.all(
      hosts.map(async (host) => ({ host, counts: await countsAt(host, shadow, reads) })),
    );
    const origins: Origin[] = [];
    const warnings: string[] = [];
    for (const { host, counts } of counted) {
      if (!counts.ok) return { ok: false, why: `what a sync would do on ${host} is not known: ${counts.problem}` };
      origins.push({ host, deletions: counts.value.deletions });
      warnings.push(`dry run on ${host}: ${countsText(counts.value)}`);
    }
    const run = String(Date.now());
    return { ok: true, procedure: syncProcedure({ cluster, shadow, origins, limit, run, warnings }) };
  },
  replan: async ({ params, view: { cluster } }) => {
    const origins = readOrigins(params["origins"] ?? "");
    const limit = wholeNumber(params["limit"]);
    const run = params["run"];
    if (cluster.shadow === undefined || origins === undefined || limit === undefined || run === undefined)
      return unreadableJournal("sync");
    return {
      ok: true,
      procedure: syncProcedure({ cluster, shadow: cluster.shadow, origins, limit, run, warnings: [] }),
    };
  },
};

/** Known not to be: what is not known yet is waited for at the gate. */
const notMounted = (host: string, view: View): boolean => {
  const target = shadowHost(host, view)?.target;
  return target?.state === "known" && !target.value.right;
};

const readOrigins = (text: string): readonly Origin[] | undefined => {
  const origins = text.split(" ").map((word) => {
    const [host = "", deletions] = word.split("=");
    return { host, deletions: wholeNumber(deletions) };
  });
  const known = origins.flatMap(({ host, deletions }) => (deletions === undefined ? [] : [{ host, deletions }]));
  return known.length === origins.length ? known : undefined;
};

const syncProcedure = (plan: SyncPlan): Procedure => {
  const { cluster, origins, limit, run, warnings } = plan;
  const hosts = origins.map(({ host }) => host);
  const [only] = hosts;
  return {
    name: "sync",
    subject: cluster.name,
    title: hosts.length === 1 && only !== undefined ? `sync of ${only}` : `sync of ${cluster.name}`,
    params: {
      origins: origins.map(({ host, deletions }) => `${host}=${deletions}`).join(" "),
      limit: String(limit),
      run,
    },
    warnings,
    steps: [look(plan, hosts), ...origins.map((origin) => syncOne(origin, plan)), verify(plan, hosts)],
    undone: [],
  };
};

const look = ({ cluster, shadow, origins, limit }: SyncPlan, hosts: readonly string[]): Step => {
  const volume = cluster.gluster?.volumes.find(
    ({ mount }) => shadow.target === mount || shadow.target.startsWith(`${mount}/`),
  )?.name;
  const worst = origins.toSorted((a, b) => b.deletions - a.deletions)[0];
  return {
    id: "look",
    title: "may a sync run",
    why: "a copy onto an unmounted target, over files that are being healed, or in the middle of an upgrade spreads the damage",
    before: [
      targetsMounted(hosts, shadow),
      noSyncRuns(hosts),
      ...(volume === undefined ? [] : [nothingToHeal(volume)]),
      noUpgradeRuns(hosts),
      ...(worst === undefined || worst.deletions <= limit ? [] : [deletionsTyped(worst.deletions, limit, worst.host)]),
    ],
    actions: [],
    after: [],
    stays: "nothing: nothing was sent",
  };
};

/** A sub-server deletes what it is behind by, and what the master's run has deleted before. */
const allowedAt = ({ host, deletions }: Origin, { origins, limit, shadow }: SyncPlan): number => {
  const before = host === shadow.master ? 0 : (origins.find((each) => each.host === shadow.master)?.deletions ?? 0);
  return Math.max(limit, deletions + before);
};

const jobAt = (origin: Origin, plan: SyncPlan): JobOnHost => {
  const { host } = origin;
  const { shadow, run, limit } = plan;
  const allowed = allowedAt(origin, plan);
  return {
    host,
    unit: jobUnit("sync", host, run),
    about: "shadow sync",
    argv: [shadow.script],
    // A limit of the script's own must not be in the way of what was typed.
    ...(allowed > limit ? { environment: { MAX_DELETE: String(allowed) } } : {}),
    wanted: `the sync on ${host} has ended`,
    deadlineMs: ENDED_MS,
    isDone: (reads) => isAlike(host, shadow, reads),
  };
};

const syncOne = (origin: Origin, plan: SyncPlan): Step => {
  const { host } = origin;
  const { shadow } = plan;
  const job = jobAt(origin, plan);
  const master = host === shadow.master;
  return {
    id: `sync-${host}`,
    title: `sync on ${host}`,
    why: master
      ? "the master copies its files to the shadow, and calls the sub-servers where its script does so"
      : "a sub-server takes the shadow's files; one the master's call has reached has nothing left to do",
    before: [noSyncRuns([host]), targetsMounted([host], shadow), deletesAtMost(host, allowedAt(origin, plan), shadow)],
    actions: jobActions(job),
    after: [runEnded(job, shadow.state)],
    late: LATE,
    stays: `what was copied and deleted so far stays; a sync under way goes on by itself (unit ${job.unit} on ${host})`,
  };
};

const verify = (plan: SyncPlan, hosts: readonly string[]): Step => ({
  id: "alike",
  title: "nothing differs",
  why: "a run that ended well is worth what a dry run finds afterwards; the units that ran it are cleared away",
  before: [],
  actions: plan.origins.flatMap((origin) => tidy(jobAt(origin, plan))),
  after: hosts.map((host) => nothingDiffers(host, plan.shadow)),
  late: [...LATE, { id: "accept", title: "accept it: files there change all the time", leads: "go-on" }],
  stays: `the sync has run on ${hosts.join(", ")}, and files differ again or still: midwatch status says how many`,
});
