import type { Finding } from "../finding.ts";
import { duration, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import { aptUpgrades, failedUnits, marks } from "./commands.ts";
import type { HostFact } from "./facts-schema.ts";

/** Lists older than this say little about what waits today. */
const OLD_LISTS_MS = 7 * 86_400_000;

export const upkeepFindings = ({
  host,
  failedUnits: failed,
  reboot,
  packages,
  packageListsAgeMs,
}: HostFact): readonly Finding[] => {
  const findings: Finding[] = [];
  const about = { subject: host, host };
  if (failed.state === "known" && failed.value.length > 0) {
    const [first = "", ...more] = failed.value;
    const text = `${host}: ${first} failed${more.length === 0 ? "" : ` and ${plural(more.length, "more unit")}`}`;
    const next = `see why: ssh ${host} systemctl status ${first}`;
    findings.push({
      id: "host.failed_units",
      severity: "warning",
      text,
      next,
      evidence: [probeKey(failedUnits.id, host)],
      ...about,
    });
  }
  if (reboot.state === "known" && reboot.value.required) {
    const text = `${host} waits for a reboot: ${reboot.value.because.join("; ")}`;
    findings.push({
      id: "host.reboot_required",
      severity: "info",
      text,
      evidence: [probeKey(marks.id, host)],
      ...about,
    });
  }
  const urgent = packages.state === "known" ? packages.value.security : 0;
  if (urgent > 0) {
    const text = `${host}: ${plural(urgent, "security upgrade waits", "security upgrades wait")}`;
    findings.push({
      id: "host.security_upgrades",
      severity: "info",
      text,
      evidence: [probeKey(aptUpgrades.id, host)],
      ...about,
    });
  }
  if (packageListsAgeMs.state === "known" && packageListsAgeMs.value > OLD_LISTS_MS) {
    const text = `${host}'s package lists are ${duration(packageListsAgeMs.value)} old: newer upgrades are not seen`;
    findings.push({
      id: "host.old_package_lists",
      severity: "info",
      text,
      evidence: [probeKey(marks.id, host)],
      ...about,
    });
  }
  return findings;
};
