import type { UnknownReason } from "../../connect/sample.ts";
import type { Thresholds } from "../../inventory/cluster.ts";
import { anywhere, onHost } from "../explain.ts";
import { bytes, duration, percent, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { clockFindings } from "./assess-clock.ts";
import { diskFindings } from "./assess-disks.ts";
import { upkeepFindings } from "./assess-upkeep.ts";
import { vitals } from "./commands.ts";
import type { HostFact, HostFacts } from "./facts-schema.ts";
import { reasonInWords } from "../unknown-words.ts";
import type { HostFinding } from "./rules.ts";

export const assessHosts = (facts: HostFacts, context: Context): readonly HostFinding[] => [
  ...noneReachable(facts),
  ...facts.hosts.flatMap((fact) => unreachable(fact, context) ?? hostFindings(fact, context)),
  ...clockFindings(facts, context.cluster.thresholds),
];

/** Hosts rarely go together: when none answers, the way to them is the likelier cause. */
const noneReachable = ({ hosts }: HostFacts): readonly HostFinding[] => {
  const silent = hosts.filter(
    ({ connection }) =>
      connection.state === "unknown" && (connection.reason === "unreachable" || connection.reason === "timeout"),
  );
  if (hosts.length < 2 || silent.length < hosts.length) return [];
  return [
    {
      id: "host.none_reachable",
      severity: "unknown",
      subject: "all hosts",
      text: `none of ${hosts.length} hosts answers: is this machine cut off?`,
      next: "look at this machine's own network or VPN first",
      evidence: hosts.map(({ host }) => probeKey(vitals.id, host)),
    },
  ];
};

/** The others answer, with a refusal. */
const SILENT: ReadonlySet<UnknownReason> = new Set(["unreachable", "timeout"]);

/** A host that cannot be asked has one finding: all else about it is unknown for the same cause. */
const unreachable = (
  { host, connection }: HostFact,
  { samples, nowMs }: Context,
): readonly HostFinding[] | undefined => {
  if (connection.state === "known") return undefined;
  // Still connecting for the first time is no finding yet.
  if (connection.reason === "pending") return [];
  const link = samples.link(host);
  const since = link.state === "down" ? `, ${duration(nowMs - link.sinceMs)}` : "";
  return [
    {
      id: "host.unreachable",
      severity: "unknown",
      subject: host,
      host,
      text: `${host} ${SILENT.has(connection.reason) ? "does not answer" : "cannot be asked"} (${reasonInWords(connection.reason)}${since}): what runs on it is not known`,
      next: `${connection.fix ?? `see whether you reach it: ssh ${host}`}${SILENT.has(connection.reason) ? "; if not, its console or power (out of band)" : ""}`,
      // Also refused questions are answers: the first that comes back good is seen here.
      evidence: [probeKey(vitals.id, host)],
      explainedBy: anywhere("host.none_reachable"),
    },
  ];
};

const hostFindings = (fact: HostFact, { cluster }: Context): readonly HostFinding[] => [
  ...vitalsFindings(fact, cluster.thresholds),
  ...diskFindings(fact, cluster.thresholds),
  ...upkeepFindings(fact, cluster),
];

const vitalsFindings = ({ host, load, memory }: HostFact, thresholds: Thresholds): readonly HostFinding[] => {
  const about = { subject: host, host, evidence: [probeKey(vitals.id, host)] };
  if (load.state === "unknown" || memory.state === "unknown") {
    if (load.state === "known" || load.reason === "pending") return [];
    const text = `${host}'s load and memory are not known: ${load.detail}`;
    const next = `see whether it answers: ssh ${host} uptime`;
    const explainedBy = onHost(host, "host.unreachable");
    return [{ id: "host.vitals_unknown", severity: "unknown", text, next, explainedBy, ...about }];
  }
  const findings: HostFinding[] = [];
  const { perCoreSteady, cores } = load.value;
  if (perCoreSteady >= thresholds.loadPerCoreWarning) {
    const figure = `${(perCoreSteady * cores).toFixed(1)} on ${plural(cores, "core")}`;
    const text = `${host} is overloaded: load ${figure}, ${perCoreSteady.toFixed(1)} per core, over five minutes`;
    findings.push({ id: "host.load", severity: "warning", text, next: `see what runs: ssh ${host} top`, ...about });
  }
  const { usedShare, availableBytes } = memory.value;
  if (usedShare >= thresholds.memoryWarning) {
    const text = `${host} is short of memory: ${percent(usedShare)} used, ${bytes(availableBytes)} left`;
    findings.push({
      id: "host.memory",
      severity: "warning",
      text,
      next: `see who has it: ssh ${host} top -o %MEM`,
      ...about,
    });
  }
  return findings;
};
