import type { Finding } from "../finding.ts";
import { count, duration, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { drift, lastRun, mount, running } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";

/** A dry run that would delete more than this is somebody's mistake until looked at. */
const MANY_DELETIONS = 100;

export const assessShadow = (facts: ShadowFacts, { cluster }: Context): readonly Finding[] => [
  ...facts.hosts.flatMap((host) => [
    ...targetFindings(host, cluster.shadow?.target ?? ""),
    ...runFindings(host, facts.intervalMs, cluster.shadow?.script ?? ""),
    ...driftFindings(host),
  ]),
  ...behindFindings(facts),
];

const targetFindings = ({ host, target }: ShadowHost, path: string): readonly Finding[] => {
  const about = { subject: host, host, evidence: [probeKey(mount.id, host)] };
  if (target.state === "unknown" || target.value.right) return [];
  const { type, source, wanted } = target.value;
  const there = type === undefined ? "nothing is mounted there" : `${source ?? ""} (${type}) is mounted there`;
  return [
    {
      id: "shadow.not_mounted",
      severity: "critical",
      text: `${host}: ${path} is not ${wanted}: ${there}; a sync would use the local disk`,
      next: `pause the sync, then mount it: ssh ${host} sudo mount ${path}`,
      ...about,
    },
  ];
};

const runFindings = (fact: ShadowHost, intervalMs: number, script: string): readonly Finding[] => {
  const { host, last, successAgeMs, running: now } = fact;
  const about = { subject: host, host, evidence: [probeKey(lastRun.id, host), probeKey(running.id, host)] };
  if (last.state === "unknown") {
    if (last.reason === "pending") return [];
    const text = `${host}: when it was last synced is not known: ${last.detail}`;
    return [
      {
        id: "shadow.unknown",
        severity: "unknown",
        text,
        ...(last.fix === undefined ? {} : { next: last.fix }),
        ...about,
      },
    ];
  }
  const findings: Finding[] = [];
  const { result, reason, exitCode } = last.value;
  const runsFor = now.state === "known" ? now.value.forMs : undefined;
  const next = `see why, then run it by hand: ssh ${host} sudo ${script}`;
  if (result === "failed") {
    const why = reason ?? (exitCode === undefined ? "no reason given" : `exit code ${exitCode}`);
    findings.push({
      id: "shadow.failed",
      severity: "warning",
      text: `${host}: the last sync failed: ${why}`,
      next,
      ...about,
    });
  }
  if (result === "paused") {
    const text = `${host}: the sync is paused${reason === undefined ? "" : `: ${reason}`}`;
    findings.push({ id: "shadow.paused", severity: "info", text, ...about });
  }
  if (result === "running" && now.state === "known" && runsFor === undefined)
    findings.push({
      id: "shadow.interrupted",
      severity: "warning",
      text: `${host}: the last sync began and never ended`,
      next,
      ...about,
    });
  if (runsFor !== undefined && runsFor > intervalMs) {
    const text = `${host}: a sync has run for ${duration(runsFor)}; one should start every ${duration(intervalMs)}`;
    findings.push({ id: "shadow.running_long", severity: "warning", text, ...about });
  }
  if (successAgeMs.state === "unknown")
    findings.push({
      id: "shadow.never",
      severity: "warning",
      text: `${host}: no good sync is on record`,
      next,
      ...about,
    });
  else if (successAgeMs.value > 3 * intervalMs) {
    const text = `${host}: the last good sync was ${duration(successAgeMs.value)} ago; one should come every ${duration(intervalMs)}`;
    findings.push({ id: "shadow.stale", severity: "warning", text, next, ...about });
  }
  return findings;
};

const driftFindings = ({ host, drift: found }: ShadowHost): readonly Finding[] => {
  // What a sync that ran since has put right is no finding.
  if (found.state === "unknown" || found.value.overtaken) return [];
  const { changes, deletions } = found.value;
  if (changes + deletions === 0) return [];
  const text = `${host}: a sync now would change ${plural(changes, "file")} and delete ${count(deletions)}`;
  const many = deletions > MANY_DELETIONS;
  return [
    {
      id: many ? "shadow.deletions" : "shadow.drift",
      severity: many ? "warning" : "info",
      subject: host,
      host,
      text,
      ...(many ? { next: "pause the sync and see what it would delete: rsync -ain --delete SOURCE/ TARGET/" } : {}),
      evidence: [probeKey(drift.id, host)],
    },
  ];
};

/** A sub-server pulls when the master calls it: more than an interval apart, the call did not reach it. */
const behindFindings = ({ hosts, intervalMs }: ShadowFacts): readonly Finding[] => {
  const master = hosts.find(({ role }) => role === "master")?.successAgeMs;
  if (master?.state !== "known") return [];
  return hosts.flatMap(({ host, role, successAgeMs }): Finding[] => {
    if (role === "master" || successAgeMs.state === "unknown") return [];
    const behindMs = successAgeMs.value - master.value;
    if (behindMs <= intervalMs || successAgeMs.value > 3 * intervalMs) return [];
    return [
      {
        id: "shadow.behind",
        severity: "warning",
        subject: host,
        host,
        text: `${host} is ${duration(behindMs)} behind the master's sync`,
        evidence: [probeKey(lastRun.id, host)],
      },
    ];
  });
};
