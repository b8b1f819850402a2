import type { Thresholds } from "../../inventory/cluster.ts";
import { onHost } from "../explain.ts";
import { worstOf } from "../finding.ts";
import { bytes, percent } from "../format.ts";
import { probeKey } from "../probe.ts";
import { disks, namedDisks } from "./commands.ts";
import { disksOf } from "./disks-of.ts";
import type { HostDisk, HostFact } from "./facts-schema.ts";
import type { HostFinding } from "./rules.ts";

export const diskFindings = (fact: HostFact, thresholds: Thresholds): readonly HostFinding[] => {
  const { host } = fact;
  const findings = disksOf(fact).flatMap((disk) => diskFinding(host, disk, thresholds));
  for (const [command, reading] of [
    [disks, fact.disks],
    [namedDisks, fact.namedDisks],
  ] as const) {
    if (reading === undefined || reading.state === "known" || reading.reason === "pending") continue;
    const text = `${host}'s disk space is not known: ${reading.detail}`;
    findings.push({
      id: "host.disk_unknown",
      severity: "unknown",
      subject: host,
      host,
      text,
      next: `look for a mount that hangs: ssh ${host} findmnt`,
      evidence: [probeKey(command.id, host)],
      explainedBy: onHost(host, "host.unreachable"),
    });
  }
  return findings;
};

const diskFinding = (host: string, disk: HostDisk, thresholds: Thresholds): HostFinding[] => {
  const { mount, holds, usedShare, inodesUsedShare = 0, availableBytes } = disk;
  const grade = (share: number) =>
    share >= thresholds.diskCritical ? "critical" : share >= thresholds.diskWarning ? "warning" : "ok";
  const severity = worstOf([grade(usedShare), grade(inodesUsedShare)]);
  if (severity === "ok") return [];
  const byInodes = inodesUsedShare > usedShare;
  const what = holds.filter((hold) => hold !== mount && hold !== "root").join(", ");
  const where = `${mount}${what === "" ? "" : ` (${what})`}`;
  const text = byInodes
    ? `${host}: ${where} is out of inodes soon: ${percent(inodesUsedShare)} used`
    : `${host}: ${where} is ${percent(usedShare)} full, ${bytes(availableBytes)} left`;
  return [
    {
      id: severity === "critical" ? "host.disk_full" : byInodes ? "host.inodes" : "host.disk",
      severity,
      subject: `${host} ${mount}`,
      host,
      text,
      next: `find what grew: ssh ${host} sudo du -x${byInodes ? " --inodes" : "h"} -d2 ${mount}`,
      evidence: [probeKey(disks.id, host)],
    },
  ];
};
