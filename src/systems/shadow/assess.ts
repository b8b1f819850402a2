import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { count, duration, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { drift, lastRun, mount, running } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";
import type { ShadowFinding } from "./rules.ts";

export const assessShadow = (facts: ShadowFacts, { cluster }: Context): readonly ShadowFinding[] => [
  ...facts.hosts.flatMap((host) => [
    ...targetFindings(host, cluster.shadow?.target ?? ""),
    ...runFindings(host, facts.intervalMs, cluster.shadow?.script ?? ""),
    ...driftFindings(host, cluster.thresholds.syncDeletionsWarning),
  ]),
  ...behindFindings(facts, cluster.shadow?.script ?? ""),
];

const targetFindings = ({ host, target }: ShadowHost, path: string): readonly ShadowFinding[] => {
  const about = {
    subject: host,
    host,
    evidence: [probeKey(mount.id, host)],
    explainedBy: onHost(host, "gluster.mount_missing", "gluster.mount_wrong"),
  };
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

const runFindings = (fact: ShadowHost, intervalMs: number, script: string): readonly ShadowFinding[] => {
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
        next: last.fix ?? `see the file it leaves: the inventory's shadow.state on ${host}`,
        explainedBy: onHost(host, "host.unreachable"),
        ...about,
      },
    ];
  }
  const findings: ShadowFinding[] = [];
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
      explainedBy: failedBecause(fact),
      ...about,
    });
  }
  if (result === "paused") {
    const text = `${host}: the sync is paused${reason === undefined ? "" : `: ${reason}`}`;
    findings.push({
      id: "shadow.paused",
      severity: "info",
      text,
      next: "remove the pause when the work is done",
      ...about,
    });
  }
  if (result === "running" && now.state === "known" && runsFor === undefined)
    findings.push({
      id: "shadow.interrupted",
      severity: "warning",
      text: `${host}: the last sync began and never ended`,
      next,
      explainedBy: onHost(host, "host.disk_full", "gluster.mount_hung", "gluster.mount_missing"),
      ...about,
    });
  if (runsFor !== undefined && runsFor > intervalMs) {
    const text = `${host}: a sync has run for ${duration(runsFor)}; one should start every ${duration(intervalMs)}`;
    findings.push({
      id: "shadow.running_long",
      severity: "warning",
      text,
      next: `see whether its mount hangs: ssh ${host} findmnt`,
      explainedBy: [
        ...onHost(host, "gluster.mount_hung", "gluster.mount_broken"),
        ...anywhere("gluster.quorum_lost", "host.unreachable"),
      ],
      ...about,
    });
  }
  if (successAgeMs.state === "unknown")
    findings.push({
      id: "shadow.never",
      severity: "warning",
      text: `${host}: no good sync is on record`,
      next,
      explainedBy: onHost(host, "shadow.not_mounted", "shadow.failed", "shadow.interrupted"),
      ...about,
    });
  else if (successAgeMs.value > 3 * intervalMs) {
    const text = `${host}: the last good sync was ${duration(successAgeMs.value)} ago; one should come every ${duration(intervalMs)}`;
    findings.push({ id: "shadow.stale", severity: "warning", text, next, explainedBy: staleBecause(fact), ...about });
  }
  return findings;
};

/** A master's run fails with any of the calls it ends with. */
const failedBecause = ({ host, role }: ShadowHost): readonly Explanation[] => [
  ...onHost(host, "shadow.not_mounted", "gluster.mount_hung", "gluster.mount_broken", "host.disk_full"),
  ...(role === "master" ? anywhere("host.unreachable", "shadow.not_mounted") : []),
];

/** Its own trouble first; a sub-server waits for the master's call. */
const staleBecause = ({ host, role }: ShadowHost): readonly Explanation[] => [
  ...onHost(
    host,
    "shadow.not_mounted",
    "shadow.failed",
    "shadow.running_long",
    "shadow.interrupted",
    "shadow.paused",
    "host.unreachable",
  ),
  ...(role === "sub" ? anywhere("shadow.failed", "shadow.running_long", "shadow.paused", "shadow.stale") : []),
];

/** A dry run that would delete more than `most` is somebody's mistake until looked at. */
const driftFindings = ({ host, drift: found }: ShadowHost, most: number): readonly ShadowFinding[] => {
  // What a sync that ran since has put right is no finding.
  if (found.state === "unknown" || found.value.overtaken) return [];
  const { changes, deletions } = found.value;
  if (changes + deletions === 0) return [];
  const text = `${host}: a sync now would change ${plural(changes, "file")} and delete ${count(deletions)}`;
  const many = deletions > most;
  return [
    {
      id: many ? "shadow.deletions" : "shadow.drift",
      severity: many ? "warning" : "info",
      subject: host,
      host,
      text,
      next: many
        ? "pause the sync and see what it would delete: rsync -ain --delete SOURCE/ TARGET/"
        : "wait for the next sync",
      // The record is asked far more often: with it the finding goes as soon as a sync has run.
      evidence: [probeKey(drift.id, host), probeKey(lastRun.id, host)],
      ...(many ? {} : { explainedBy: onHost(host, "shadow.stale", "shadow.failed", "shadow.paused", "shadow.behind") }),
    },
  ];
};

/** A sub-server pulls when the master calls it: more than an interval apart, the call did not reach it. */
const behindFindings = ({ hosts, intervalMs }: ShadowFacts, script: string): readonly ShadowFinding[] => {
  const master = hosts.find(({ role }) => role === "master")?.successAgeMs;
  if (master?.state !== "known") return [];
  return hosts.flatMap(({ host, role, successAgeMs }): ShadowFinding[] => {
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
        next: `see why the master's call fails: ssh ${host} sudo ${script}`,
        evidence: [probeKey(lastRun.id, host)],
        explainedBy: [
          ...onHost(host, "shadow.not_mounted", "shadow.failed", "shadow.running_long", "host.unreachable"),
          ...anywhere("shadow.failed"),
        ],
      },
    ];
  });
};
