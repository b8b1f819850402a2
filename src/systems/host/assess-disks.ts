import type { Thresholds } from "../../inventory/cluster.ts";
import { onHost } from "../explain.ts";
import { worstOf } from "../finding.ts";
import { bytes, duration, percent } from "../format.ts";
import { probeKey } from "../probe.ts";
import { disks, namedDisks } from "./commands.ts";
import { disksOf } from "./disks-of.ts";
import type { HostDisk, HostFact } from "./facts-schema.ts";
import { fullInMs } from "./filling.ts";
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

/** Beyond this a rate of some minutes foretells nothing. */
const FORESEEN_MS = 86_400_000;

const diskFinding = (host: string, disk: HostDisk, thresholds: Thresholds): HostFinding[] => {
  const { mount, holds, usedShare, inodesUsedShare = 0, availableBytes } = disk;
  const grade = (share: number) =>
    share >= thresholds.diskCritical ? "critical" : share >= thresholds.diskWarning ? "warning" : "ok";
  const severity = worstOf([grade(usedShare), grade(inodesUsedShare)]);
  const leftMs = fullInMs(disk);
  const soon = leftMs === undefined || leftMs > FORESEEN_MS ? "" : `, full in ${duration(leftMs)} at this rate`;
  const about = { subject: `${host} ${mount}`, host, evidence: [probeKey(disks.id, host)] };
  if (severity === "ok")
    return leftMs === undefined || leftMs > thresholds.fillingWarningMs || usedShare < thresholds.fillingFrom
      ? []
      : [
          {
            id: "host.disk_filling",
            severity: "warning",
            text: `${host}: ${mount} fills by ${bytes(disk.growthBytesPerS.state === "known" ? disk.growthBytesPerS.value : 0)} a second${soon}`,
            next: `find what grows: ssh ${host} sudo du -xh -d2 ${mount}`,
            ...about,
          },
        ];
  const byInodes = inodesUsedShare > usedShare;
  const what = holds.filter((hold) => hold !== mount && hold !== "root").join(", ");
  const where = `${mount}${what === "" ? "" : ` (${what})`}`;
  const text = byInodes
    ? `${host}: ${where} is out of inodes soon: ${percent(inodesUsedShare)} used`
    : `${host}: ${where} is ${percent(usedShare)} full, ${bytes(availableBytes)} left${soon}`;
  return [
    {
      id: severity === "critical" ? "host.disk_full" : byInodes ? "host.inodes" : "host.disk",
      severity,
      text,
      next: `find what grew: ssh ${host} sudo du -x${byInodes ? " --inodes" : "h"} -d2 ${mount}`,
      ...about,
    },
  ];
};
