import { ask } from "../connect/command.ts";
import type { GaleraConfig } from "../inventory/cluster.ts";
import { plural } from "../systems/format.ts";
import {
  bootstrapArgv,
  bootstrapUnit,
  forgetFailure,
  markSafe,
  startMember,
  stopMember,
} from "../systems/galera/bootstrap-changes.ts";
import { grastateCommand, viewCommand } from "../systems/galera/commands.ts";
import { jobUnit } from "../systems/host/jobs.ts";
import { allDown, allInOne, noOther, typed } from "./bootstrap-gates.ts";
import { choose, standingText } from "./bootstrap-positions.ts";
import { memberSynced } from "./host-gates.ts";
import { jobActions, jobEnded, type JobOnHost } from "./job.ts";
import { tidy } from "./job-tidy.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { loadedUnits } from "./unit-actions.ts";
import type { Action, Choice, Procedure, Reads, Step } from "./procedure.ts";
import { readOnce } from "./read-once.ts";

interface BootstrapPlan {
  readonly cluster: string;
  readonly galera: GaleraConfig;
  /** The cluster begins there. */
  readonly first: string;
  /** Makes the unit's name that of this run. */
  readonly run: string;
  readonly warnings: readonly string[];
}

/** A full state transfer may take hours; whoever watches is asked now and then. */
const JOIN_MS = 1_800_000;

const LATE: readonly Choice[] = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "again", title: "try this step again", leads: "again" },
  { id: "stop", title: "stop here", leads: "stop" },
];

export const bootstrapKind: ProcedureKind = {
  name: "bootstrap",
  title: "Start the database when no member runs",
  about: "finds the member with the newest data, begins the cluster there, and brings the others in one at a time",
  on: "cluster",
  options: [],
  plan: async ({ view, reads }) => {
    const { galera, name } = view.cluster;
    if (galera === undefined) return { ok: false, why: `the inventory of ${name} has no Galera cluster` };
    const chosen = await choose(galera, view, reads);
    if (!chosen.ok) return chosen;
    const { best, standings } = chosen;
    const warnings = [
      ...standings.map(standingText),
      `${best.host} has the newest data: what another member had and it has not is lost`,
      ...(galera.arbitrators === 0 ? [] : ["an arbitrator (garbd) that still runs must be restarted afterwards"]),
    ];
    const plan = { cluster: name, galera, first: best.host, run: String(Date.now()), warnings };
    return { ok: true, procedure: bootstrapProcedure(plan) };
  },
  replan: async ({ params, view: { cluster } }) => {
    const { first, run } = params;
    const { galera, name } = cluster;
    if (galera === undefined || first === undefined || run === undefined) return unreadableJournal("bootstrap");
    if (!galera.members.some(({ host }) => host === first)) return unreadableJournal("bootstrap");
    return { ok: true, procedure: bootstrapProcedure({ cluster: name, galera, first, run, warnings: [] }) };
  },
};

const bootstrapProcedure = (plan: BootstrapPlan): Procedure => {
  const { cluster, galera, first, run, warnings } = plan;
  const hosts = galera.members.map(({ host }) => host);
  const others = hosts.filter((host) => host !== first);
  return {
    name: "bootstrap",
    subject: cluster,
    title: `start of the database of ${cluster} from ${first}`,
    params: { first, run },
    warnings,
    steps: [look(plan, hosts), begin(plan, others), ...others.map((host) => join(host, plan)), verify(plan, hosts)],
    undone: [allDown(hosts)],
  };
};

const look = ({ first }: BootstrapPlan, hosts: readonly string[]): Step => ({
  id: "look",
  title: "no member runs",
  why: "a second cluster beside one that lives splits the data; whoever begins one says where by typing its name",
  before: [allDown(hosts), typed(first)],
  actions: [],
  after: [],
  stays: "nothing: nothing was sent",
});

const jobOf = ({ galera, first, run }: BootstrapPlan): JobOnHost => ({
  host: first,
  unit: jobUnit("bootstrap", first, run),
  about: "begins the Galera cluster here",
  argv: bootstrapArgv(galera),
  wanted: `the cluster has begun on ${first}`,
  deadlineMs: JOIN_MS,
  isDone: (reads) => isPrimary(first, galera, reads),
});

const isPrimary = async (host: string, { flavour }: GaleraConfig, reads: Reads): Promise<boolean | undefined> => {
  const view = await readOnce(reads, host, viewCommand, { flavour });
  // One that refuses connections is not known to be Primary, which is all that counts here.
  return view.ok && view.value.primary;
};

const begin = (plan: BootstrapPlan, others: readonly string[]): Step => {
  const { galera, first } = plan;
  const { datadir } = galera;
  const unit = bootstrapUnit(galera);
  const job = jobOf(plan);
  const mark: Action = {
    id: `mark ${first}`,
    target: first,
    ask: ask(markSafe, { datadir, safe: true }),
    undo: ask(markSafe, { datadir, safe: false }),
    already: async (_view, reads) => {
      const wrote = await readOnce(reads, first, grastateCommand, { datadir });
      // A member that runs has it at 0 whatever was written before: it has begun, and the mark has done its work.
      return wrote.ok ? wrote.value.safeToBootstrap || (await isPrimary(first, galera, reads)) : undefined;
    },
  };
  const start = jobActions(job).map((action): Action =>
    action.id.startsWith("start") ? { ...action, undo: ask(stopMember, { unit }) } : action,
  );
  return {
    id: "begin",
    title: `begin the cluster on ${first}`,
    why: "it has everything that any member has; the others take what they lack from it",
    before: [noOther(first, others)],
    actions: [mark, forget(first, unit), ...start],
    after: [jobEnded(job), memberSynced(first)],
    late: LATE,
    stays: `${first} may run as a cluster of its own, which is right: start the others, never a second one`,
  };
};

const forget = (host: string, unit: string): Action => ({
  id: `forget failures on ${host}`,
  target: host,
  ask: ask(forgetFailure, { unit }),
  already: async (_view, reads) => {
    const state = await unitAt(host, unit, reads);
    return state === undefined ? undefined : state !== "failed";
  },
});

const unitAt = async (host: string, unit: string, reads: Reads): Promise<string | undefined> => {
  const states = await loadedUnits(reads, host, [unit]);
  return states.ok ? states.value[0]?.active : undefined;
};

const join = (host: string, { galera, first }: BootstrapPlan): Step => {
  const { service: unit } = galera;
  return {
    id: `join-${host}`,
    title: `start ${host}`,
    why: "one at a time: every one that joins takes a donor, and a donor is one less to serve",
    before: [memberSynced(first)],
    actions: [
      forget(host, unit),
      {
        id: `start ${host}`,
        target: host,
        ask: ask(startMember, { unit }),
        undo: ask(stopMember, { unit }),
        already: async (_view, reads) => {
          const state = await unitAt(host, unit, reads);
          return state === undefined ? undefined : state === "active" || state === "activating";
        },
      },
    ],
    after: [memberSynced(host, JOIN_MS)],
    late: LATE,
    stays: `${first} serves; ${host} may still be taking its data: midwatch status says how far it is`,
  };
};

const verify = (plan: BootstrapPlan, hosts: readonly string[]): Step => ({
  id: "whole",
  title: "the cluster is whole",
  why: "every member must say the same of it",
  before: [],
  actions: tidy(jobOf(plan)),
  after: [allInOne(hosts)],
  late: LATE,
  stays: `the database runs; ${plural(hosts.length, "member")} should be in it: midwatch status says which is not`,
});
