import type { Cluster } from "../../inventory/cluster.ts";
import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { duration, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import { aptUpgrades, failedUnits, marks } from "./commands.ts";
import type { HostFact } from "./facts-schema.ts";
import type { HostFinding } from "./rules.ts";

export const upkeepFindings = (
  { host, failedUnits: failed, reboot, packages, packageListsAgeMs }: HostFact,
  cluster: Pick<Cluster, "hosts" | "thresholds">,
): readonly HostFinding[] => {
  const findings: HostFinding[] = [];
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
      explainedBy: causesOf(failed.value, host),
      ...about,
    });
  }
  if (reboot.state === "known" && reboot.value.required) {
    const text = `${host} waits for a reboot: ${reboot.value.because.join("; ")}`;
    findings.push({
      id: "host.reboot_required",
      severity: "info",
      text,
      next: "take the host out when it is SAFE, then reboot it",
      evidence: [probeKey(marks.id, host)],
      ...about,
    });
  }
  if (packages.state === "unknown" && packages.reason === "failed" && /dpkg was interrupted/.test(packages.detail))
    findings.push({
      id: "host.packages_broken",
      severity: "warning",
      text: `${host}: dpkg was interrupted, packages are half installed`,
      next: `ssh ${host} sudo dpkg --configure -a`,
      evidence: [probeKey(aptUpgrades.id, host)],
      explainedBy: onHost(host, "host.disk_full"),
      ...about,
    });
  const urgent = packages.state === "known" ? packages.value.security : 0;
  if (urgent > 0) {
    const text = `${host}: ${plural(urgent, "security upgrade waits", "security upgrades wait")}`;
    findings.push({
      id: "host.security_upgrades",
      severity: "info",
      text,
      next: isOnlyBalancer(host, cluster)
        ? "choose it in a rolling upgrade, at an hour when the sites may be away: it is the only load balancer"
        : "plan a rolling upgrade",
      evidence: [probeKey(aptUpgrades.id, host)],
      ...about,
    });
  }
  if (packageListsAgeMs.state === "known" && packageListsAgeMs.value > cluster.thresholds.packageListsWarningMs) {
    const text = `${host}'s package lists are ${duration(packageListsAgeMs.value)} old: newer upgrades are not seen`;
    findings.push({
      id: "host.old_package_lists",
      severity: "info",
      text,
      next: `ssh ${host} sudo apt-get update, or sudo dnf makecache`,
      evidence: [probeKey(marks.id, host)],
      ...about,
    });
  }
  return findings;
};

/** An upgrade leaves it out unless it is chosen: nothing carries the visitors meanwhile. */
const isOnlyBalancer = (host: string, { hosts }: Pick<Cluster, "hosts">): boolean => {
  const [only, ...others] = hosts.filter(({ roles }) => roles.includes("load-balancer"));
  return only?.name === host && others.length === 0 && !only.roles.includes("node");
};

/** What other rooms say of a unit that failed: then this list is only another witness of it. */
const TOLD_ELSEWHERE: readonly (readonly [unit: RegExp, explained: (host: string) => readonly Explanation[]])[] = [
  [
    /^(mariadb|mysql|mysqld)[@.]/,
    (host) => [...anywhere("galera.cluster_down"), ...onHost(host, "galera.member_down")],
  ],
  [/^(apache2|httpd|nginx)\./, (host) => onHost(host, "web.down")],
  [/^php.*fpm/, (host) => onHost(host, "web.fpm_down")],
  [/^haproxy\./, (host) => onHost(host, "haproxy.down")],
  [/^redis/, (host) => onHost(host, "redis.down")],
  [/^gluster/, (host) => onHost(host, "gluster.daemon_down")],
  [/\.mount$/, (host) => onHost(host, "gluster.mount_missing")],
];

/** One failed unit that is told elsewhere is no news; of several, the others are. */
const causesOf = (units: readonly string[], host: string): readonly Explanation[] => {
  const told = units.map((unit) => TOLD_ELSEWHERE.find(([pattern]) => pattern.test(unit))?.[1](host) ?? []);
  return [...(told.some(({ length }) => length === 0) ? [] : told.flat()), ...onHost(host, "host.disk_full")];
};
