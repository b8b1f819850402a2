import { durationSchema } from "../../inventory/units.ts";
import { duration } from "../../systems/format.ts";
import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { hostFactsSchema } from "../../systems/host/facts-schema.ts";
import type { Conffiles } from "../../systems/host/package-commands.ts";
import { isPaused, knowsPause } from "../../systems/shadow/pause.ts";
import { unreadableJournal, type PlanRequest, type Planned, type ProcedureKind } from "../kind.ts";
import { isOut, placeName, placesOf, type Place } from "../places.ts";
import type { Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { findDumps } from "../state-dumps.ts";
import { factsOf, type View } from "../view.ts";
import { writingPlaces } from "../writer.ts";
import { askHost, type Asked, type HostAnswer, type Packages } from "./ask-host.ts";
import { planFromParams, type HostPlan, type LeftOut, type UpgradePlan } from "./host-plan.ts";
import { lateBalancers } from "./late-balancers.ts";
import { lockNotes } from "./lock-host.ts";
import { inOrder } from "./order.ts";
import { PARTS, type Part } from "./selection.ts";
import { upgradeProcedure } from "./procedure.ts";

export const upgradeKind: ProcedureKind = {
  name: "upgrade",
  title: "Rolling upgrade",
  about: "upgrades packages host by host: out, stopped in order, upgraded, checked, back, and only then the next",
  on: "cluster",
  options: [
    {
      name: "hosts",
      about: "some only, by name with commas; else all but a load balancer nobody else carries",
      fallback: "",
    },
    { name: "packages", about: `all, security, or parts with commas: ${PARTS.join(", ")}`, fallback: "all" },
    {
      name: "reboot",
      about: "whether a host that waits for a reboot gets one",
      fallback: "never",
      choices: ["never", "if-required"],
    },
    { name: "settle", about: "how long a host carries its share before the next is taken", fallback: "60s" },
    { name: "wait", about: "how long sessions may take to end before somebody must decide", fallback: "60s" },
    {
      name: "writer",
      about: "what becomes of connections that are open to the database's writer when its writes move",
      fallback: "leave",
      choices: ["leave", "end"],
    },
    {
      name: "conffiles",
      about: "a configuration file changed by hand and new in its package: keep yours, or replace it",
      fallback: "keep",
      choices: ["keep", "replace"],
    },
  ],
  plan: (request) => planUpgrade(request),
  replan: async ({ params, view }) => {
    const plan = planFromParams(params);
    return plan === undefined
      ? unreadableJournal("upgrade")
      : { ok: true, procedure: upgradeProcedure(plan, view.cluster) };
  },
};

const refused = (why: string): Planned => ({ ok: false, why });

const planUpgrade = async ({ options, view: first, reads }: PlanRequest): Promise<Planned> => {
  const option = (name: string): string => options.get(name) ?? "";
  const settle = durationSchema.safeParse(option("settle"));
  const wait = durationSchema.safeParse(option("wait"));
  if (!settle.success) return refused(`settle=${option("settle")}: expected a duration such as "2m"`);
  if (!wait.success) return refused(`wait=${option("wait")}: expected a duration such as "2m"`);
  const packages = packagesOf(option("packages"));
  if (packages === undefined)
    return refused(`packages=${option("packages")}: expected all, security, or some of ${PARTS.join(", ")}`);
  const view = await lateBalancers({ view: first, reads });
  const chosen = hostsOf(option("hosts"), view);
  if (typeof chosen === "string") return refused(chosen);
  const asked = chosen.hosts.map((host): Asked | string => {
    const places = placesFor(host, view);
    return typeof places === "string"
      ? places
      : {
          host,
          balancer: isBalancer(host, view),
          places,
          writes: writingPlaces(host, places, view),
          out: places.filter((place) => isOut(place, view) === true),
          packages,
          parts: partsOn(host, view),
        };
  });
  const problem = asked.find((each) => typeof each === "string");
  if (problem !== undefined) return refused(problem);
  const answers = await Promise.all(
    asked.flatMap((each) =>
      typeof each === "string" ? [] : [askHost(each, reads).then((answer) => ({ each, answer }))],
    ),
  );
  const blind = answers.flatMap(({ answer }) => (answer.state === "unknown" ? [answer.why] : []));
  if (blind.length > 0) return refused(blind.join("; "));
  const ready = answers.flatMap(({ answer }) => (answer.state === "upgrade" ? [answer.plan] : []));
  const [sync, { dumps, warnings: forgets }] = await Promise.all([
    pauseOf(view, reads),
    findDumps(
      ready.flatMap(({ places }) => places),
      view,
      reads,
    ),
  ]);
  const plan: UpgradePlan = {
    run: Date.now().toString(36),
    hosts: ready,
    dumps,
    endWriters: option("writer") === "end",
    ...(sync.pauseOn === undefined ? {} : { pauseOn: sync.pauseOn }),
    settleMs: settle.data,
    waitMs: wait.data,
    reboot: option("reboot") === "if-required",
    conffiles: conffilesOf(option("conffiles")),
    mountsApart: true,
    leftOut: [
      ...chosen.leftOut,
      ...answers.flatMap(({ each: { host }, answer }) =>
        answer.state === "nothing" ? [{ host, why: NOTHING_NEWER }] : [],
      ),
    ],
    warnings: [
      ...chosen.leftOut.map(
        ({ host, why }) =>
          `${host} is left out: ${why}; --set hosts=${[...chosen.hosts, host].join(",")} takes it last, when its name is typed`,
      ),
      ...ready.flatMap(staysOut),
      ...sync.notes,
      ...forgets,
      ...(option("reboot") === "if-required"
        ? lockNotes(
            ready.map(({ host }) => host),
            view.cluster,
          )
        : []),
      ...staleLists(chosen.hosts, view),
      ...together(answers.map(({ each, answer }) => ({ host: each.host, notes: notesOf(answer) }))),
    ],
  };
  if (plan.hosts.length === 0) return refused(`nothing to upgrade on ${chosen.hosts.join(", ")}`);
  return { ok: true, procedure: upgradeProcedure(plan, view.cluster) };
};

const staysOut = ({ host, out }: HostPlan): readonly string[] =>
  out.length === 0
    ? []
    : [
        `${out.map(placeName).join(", ")} ${out.length === 1 ? "is" : "are"} out already, and ${out.length === 1 ? "stays" : "stay"} so afterwards: midwatch run return --host ${host}`,
      ];

const NOTHING_NEWER = "none of these packages is newer there";

const notesOf = (answer: HostAnswer): readonly string[] => {
  if (answer.state === "unknown") return [];
  return answer.state === "nothing" ? [`it is left out: ${NOTHING_NEWER}`, ...answer.notes] : answer.notes;
};

/** Hosts of which the same is to be said are named together, once. */
const together = (said: readonly { readonly host: string; readonly notes: readonly string[] }[]): readonly string[] =>
  [...Map.groupBy(said, ({ notes }) => notes.join("\n")).values()].flatMap((same) =>
    (same[0]?.notes ?? []).map((note) => `${same.map(({ host }) => host).join(", ")}: ${note}`),
  );

const partsOn = (host: string, { cluster }: View): readonly Part[] => [
  ...(cluster.galera?.members.some((member) => member.host === host) === true ? (["galera"] as const) : []),
  ...(cluster.gluster?.hosts.includes(host) === true ? (["gluster"] as const) : []),
  ...(cluster.web?.hosts.includes(host) === true ? (["web"] as const) : []),
  ...(cluster.haproxy?.loadBalancers.some((each) => each.host === host) === true ? (["haproxy"] as const) : []),
  ...(cluster.redis.some((instance) => instance.host === host) ? (["redis"] as const) : []),
];

const conffilesOf = (word: string): Conffiles => (word === "replace" ? "replace" : "keep");

const packagesOf = (text: string): Packages | undefined => {
  if (text === "all" || text === "security") return text;
  const words = text.split(",").map((word) => word.trim());
  const parts = words.flatMap((word): readonly Part[] => PARTS.filter((part) => part === word));
  return parts.length === words.length ? parts : undefined;
};

interface ChosenHosts {
  readonly hosts: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** In the order in which they are taken, or what is wrong with the names. */
const hostsOf = (text: string, view: View): ChosenHosts | string => {
  const all = view.cluster.hosts.map(({ name }) => name);
  const named = text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
  const stranger = named.find((name) => !all.includes(name));
  if (stranger !== undefined) return `hosts: no host "${stranger}"; there are ${all.join(", ")}`;
  if (named.length > 0) return { hosts: inOrder([...new Set(named)], view), leftOut: [] };
  const balancers = all.filter((name) => isBalancer(name, view));
  const only = balancers.length === 1 && all.length > 1 ? balancers : [];
  return {
    hosts: inOrder(
      all.filter((name) => !only.includes(name)),
      view,
    ),
    leftOut: only.map((host) => ({ host, why: "no other load balancer carries the sites meanwhile" })),
  };
};

const isBalancer = (host: string, { cluster }: View): boolean =>
  cluster.haproxy?.loadBalancers.some((each) => each.host === host) === true;

/** Where visitors reach it; none for a host that no load balancer has a server on, and an error while one is silent. */
const placesFor = (host: string, view: View): readonly Place[] | string => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  if (facts === undefined) return [];
  const found = placesOf(host, view);
  if (found.ok) return found.places;
  const behind = facts.proxies.some(({ servers }) => servers.some((server) => server.host === host));
  const silent = facts.loadBalancers.some(({ answers }) => answers.state === "unknown");
  return behind || silent ? found.why : [];
};

const OLD_LISTS_MS = 7 * 86_400_000;

const staleLists = (hosts: readonly string[], view: View): readonly string[] =>
  (factsOf(view, "host", hostFactsSchema)?.hosts ?? []).flatMap(({ host, packageListsAgeMs: age }) =>
    hosts.includes(host) && age.state === "known" && age.value > OLD_LISTS_MS
      ? [`${host}: its package lists are ${duration(age.value)} old: what is newer is not seen (sudo apt-get update)`]
      : [],
  );

interface Pause {
  readonly pauseOn?: string;
  readonly notes: readonly string[];
}

/** Whether the sync can be paused, and has not been by somebody else: what they paused is theirs to resume. */
const pauseOf = async ({ cluster: { shadow } }: View, reads: Reads): Promise<Pause> => {
  if (shadow === undefined) return { notes: [] };
  const { master, script } = shadow;
  const [knows, paused] = await Promise.all([
    readOnce(reads, master, knowsPause, { script }),
    readOnce(reads, master, isPaused, { script }),
  ]);
  if (!knows.ok || !paused.ok)
    return { notes: [`whether the shadow sync can be paused on ${master} is not known: it goes on`] };
  if (paused.value)
    return { notes: [`the shadow sync is paused already (${script}.paused on ${master}): it stays so afterwards`] };
  if (!knows.value)
    return {
      notes: [`the shadow sync goes on meanwhile: ${script} on ${master} does not look for ${script}.paused`],
    };
  return { pauseOn: master, notes: [] };
};
