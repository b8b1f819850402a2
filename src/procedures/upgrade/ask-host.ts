import type { Parsed } from "../../connect/command.ts";
import { bytes, count, plural } from "../../systems/format.ts";
import {
  aptDownload,
  aptHolds,
  aptPlan,
  dnfPlan,
  dpkgAudit,
  rpmVersions,
  type Chosen,
} from "../../systems/host/package-commands.ts";
import type { PackagePlan } from "../../systems/host/parse-package-plan.ts";
import type { Place } from "../places.ts";
import type { Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import type { HostPlan } from "./host-plan.ts";
import { phpVersionsOn } from "./php-steps.ts";
import { partOf, serversIn, type Part } from "./selection.ts";

/** Which packages: every one, those of a security archive, or those of some parts. */
export type Packages = "all" | "security" | readonly Part[];

export interface Asked {
  readonly host: string;
  readonly balancer: boolean;
  readonly places: readonly Place[];
  readonly writes: readonly Place[];
  readonly out: readonly Place[];
  readonly packages: Packages;
  /** What the cluster has on it. */
  readonly parts: readonly Part[];
}

export type HostAnswer =
  | { readonly state: "upgrade"; readonly plan: HostPlan; readonly notes: readonly string[] }
  | { readonly state: "nothing"; readonly notes: readonly string[] }
  | { readonly state: "unknown"; readonly why: string };

/** What one host would get, by its own package manager; sends nothing. */
export const askHost = async (asked: Asked, reads: Reads): Promise<HostAnswer> => {
  const { host, packages } = asked;
  const everything = await readOnce(reads, host, aptPlan, { kind: "all" });
  if (!everything.ok && everything.reason === "missing") return askDnf(asked, reads);
  if (!everything.ok) return interrupted(everything.problem, host);
  const chosen = chosenOf(packages, everything.value);
  if (chosen === undefined) return { state: "nothing", notes: await otherNotes(asked, reads) };
  const [plan, download, notes] = await Promise.all([
    chosen.kind === "all" ? everything : readOnce(reads, host, aptPlan, chosen),
    readOnce(reads, host, aptDownload, chosen),
    otherNotes(asked, reads),
  ]);
  if (!plan.ok) return { state: "unknown", why: `${host}: ${plan.problem}` };
  if (plan.value.upgrades.length === 0) return { state: "nothing", notes };
  return {
    state: "upgrade",
    plan: {
      ...planOf(asked, "apt", chosen, plan.value, download),
      php: asked.parts.includes("web") ? await phpVersionsOn(host, plan.value, reads) : [],
    },
    notes: [...planNotes(asked, plan.value, download), ...notes],
  };
};

const askDnf = async (asked: Asked, reads: Reads): Promise<HostAnswer> => {
  const { host, packages } = asked;
  const plan = await readOnce(reads, host, dnfPlan, { security: packages === "security" });
  if (!plan.ok) return { state: "unknown", why: `${host}: ${plan.problem}` };
  const upgrades = Array.isArray(packages)
    ? plan.value.upgrades.filter(({ name }) => packages.includes(partOf(name)))
    : plan.value.upgrades;
  if (upgrades.length === 0) return { state: "nothing", notes: [] };
  const chosen: Chosen =
    packages === "all" ? { kind: "all" } : { kind: "names", names: upgrades.map(({ name }) => name) };
  // dnf tells what will be there; rpm what is.
  const installed = await readOnce(
    reads,
    host,
    rpmVersions,
    upgrades.map(({ name }) => name),
  );
  if (!installed.ok) return { state: "unknown", why: `${host}: ${installed.problem}` };
  const value = {
    ...plan.value,
    upgrades: upgrades.map((each) => ({ ...each, from: installed.value.get(each.name) ?? "" })),
  };
  return {
    state: "upgrade",
    plan: planOf(asked, "dnf", chosen, value, undefined),
    notes: planNotes(asked, value, undefined),
  };
};

/** apt itself tells nothing while dpkg is half way; what is to be done first is known. */
const interrupted = (problem: string, host: string): HostAnswer => ({
  state: "unknown",
  why: /dpkg was interrupted/.test(problem)
    ? `${host}: dpkg was interrupted; first: ssh ${host} sudo dpkg --configure -a`
    : `${host}: ${problem}`,
});

const chosenOf = (packages: Packages, { upgrades }: PackagePlan): Chosen | undefined => {
  if (packages === "all") return upgrades.length === 0 ? undefined : { kind: "all" };
  const wanted = upgrades.filter(({ name, security }) =>
    packages === "security" ? security : packages.includes(partOf(name)),
  );
  return wanted.length === 0 ? undefined : { kind: "names", names: wanted.map(({ name }) => name) };
};

/** Packages unpack to some four times what is fetched, old and new lie side by side for a while, and dpkg wants air. */
const UNPACKED = 8;
const AIR_BYTES = 200 * 1_048_576;

const planOf = (
  { host, balancer, places, writes, out }: Asked,
  manager: HostPlan["manager"],
  chosen: Chosen,
  { upgrades }: PackagePlan,
  download: Parsed<number> | undefined,
): HostPlan => ({
  host,
  balancer,
  places,
  writes,
  out,
  manager,
  all: chosen.kind === "all",
  changes: upgrades.map(({ name, from, to }) => ({ name, from, to })),
  php: [],
  needsBytes: AIR_BYTES + (download?.ok === true ? download.value * UNPACKED : upgrades.length * 20 * 1_048_576),
});

/** What is said of a host before anything is sent; lines that several hosts share are put together by the caller. */
const planNotes = (asked: Asked, plan: PackagePlan, download: Parsed<number> | undefined): readonly string[] => {
  const { upgrades, installs, removals, heldBack } = plan;
  const servers = serversIn(upgrades.map(({ name }) => name)).filter((part) => asked.parts.includes(part));
  const size = download?.ok === true ? `, ${bytes(download.value)} to fetch` : "";
  return [
    `${plural(upgrades.length, "package")}${size}; ${servers.length === 0 ? "restarts no server" : `restarts ${servers.map((part) => RESTARTS[part]).join(", ")}`}`,
    ...listed(upgrades.map(({ name, from, to }) => `${name} ${from} → ${to}`)).map((line) => `  ${line}`),
    ...(installs.length === 0 ? [] : [`newly installed: ${installs.join(", ")}`]),
    ...(removals.length === 0 ? [] : [`REMOVED: ${removals.join(", ")}`]),
    ...(heldBack === 0 ? [] : [`${count(heldBack)} more would be newer and are not chosen, or held back`]),
  ];
};

const RESTARTS: Readonly<Record<Exclude<Part, "host">, string>> = {
  galera: "the database member (stopped in order first)",
  gluster: "glusterd and its bricks (unmounted and stopped first)",
  web: "the web server",
  haproxy: "HAProxy (by a reload, where its package does so)",
  redis: "Redis (its own unit; instances of a template keep the old program until they are restarted)",
};

/** Three to a line. */
const listed = (items: readonly string[]): readonly string[] =>
  items.flatMap((_, at) => (at % 3 === 0 ? [items.slice(at, at + 3).join(", ")] : []));

const otherNotes = async ({ host }: Asked, reads: Reads): Promise<readonly string[]> => {
  const [holds, broken] = await Promise.all([
    readOnce(reads, host, aptHolds, undefined),
    readOnce(reads, host, dpkgAudit, undefined),
  ]);
  return [
    ...(holds.ok && holds.value.length > 0 ? [`held at their version: ${holds.value.join(", ")}`] : []),
    ...(broken.ok && broken.value.length > 0 ? [`half installed, finished first: ${broken.value.join(", ")}`] : []),
  ];
};
