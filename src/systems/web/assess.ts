import type { Cluster } from "../../inventory/cluster.ts";
import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { latency, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { contentFindings } from "./assess-content.ts";
import { phpFindings } from "./assess-php.ts";
import { configTest, fpmPools, fpmQueues, health, moduleFiles, serverStatus, units } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";
import { isRunning } from "./running.ts";
import type { WebFinding } from "./rules.ts";

export const assessWeb = (facts: WebFacts, { cluster }: Context): readonly WebFinding[] => [
  ...facts.origins.flatMap((origin) => originFindings(origin, facts, cluster)),
  ...allDown(facts),
  ...versionFindings(facts),
];

const originFindings = (
  origin: OriginFact,
  { service }: WebFacts,
  { thresholds, haproxy }: Cluster,
): readonly WebFinding[] => {
  const { host, unit, config, page, health: answer } = origin;
  const about = { subject: host, host };
  if (unit.state === "unknown" && unit.reason !== "pending" && page.state === "unknown") {
    const text = `${host}'s web server is not seen: ${unit.detail}`;
    return [
      {
        id: "web.unknown",
        severity: "unknown",
        text,
        next: `see the host first: ssh ${host}`,
        evidence: [probeKey(units.id, host)],
        explainedBy: onHost(host, "host.unreachable"),
        ...about,
      },
    ];
  }
  const findings: WebFinding[] = [];
  // A unit that is down explains the page; one that runs does not vouch for it.
  const down = unit.state === "known" && !isRunning(unit.value);
  if (down) {
    const { active, sub, result, loaded } = unit.value;
    const how = loaded ? `${active} (${active === "failed" ? result : sub})` : "not installed";
    findings.push({
      id: "web.down",
      severity: "warning",
      text: `${host}: ${service} is ${how}`,
      next: `see why: ssh ${host} systemctl status ${service}, then: sudo systemctl start ${service}`,
      evidence: [probeKey(units.id, host)],
      // Stopped in order is somebody's doing; failed has a reason.
      explainedBy:
        active === "failed" ? onHost(host, "web.config", "web.php_lost", "web.mpm_conflict", "host.disk_full") : [],
      ...about,
    });
  }
  if (config.state === "known" && !config.value.passes)
    findings.push({
      id: "web.config",
      severity: "warning",
      text: `${host}: the configuration test fails, ${down ? "it will not start" : "a restart would stop it"}: ${config.value.message ?? ""}`,
      next: `on ${host}: mend ${placeIn(config.value.message ?? "")} before any reload or restart`,
      evidence: [probeKey(configTest.id, host)],
      explainedBy: configCauses(config.value.message ?? "", host),
      ...about,
    });
  findings.push(...phpFindings(origin, haproxy?.webProxies ?? []));
  const source = answer.state === "known" && answer.value.source;
  if (page.state === "known" && !page.value.ok && !down && !source)
    findings.push({
      id: "web.health",
      severity: "warning",
      text: `${host}: the health page fails: ${page.value.words}`,
      next: `see its log: ssh ${host} sudo journalctl -u ${service} -n 50`,
      evidence: [probeKey(health.id, host)],
      explainedBy: pageNeeds(host),
      ...about,
    });
  if (page.state === "known" && page.value.ok && page.value.slow && answer.state === "known") {
    const text = `${host}: the health page took ${latency(answer.value.tookMs)} (slow from ${latency(thresholds.healthSlowWarningMs)})`;
    findings.push({
      id: "web.slow",
      severity: "warning",
      text,
      next: `see ${host}'s load and the galera pane's flow control`,
      evidence: [probeKey(health.id, host)],
      explainedBy: [
        ...onHost(host, "web.workers", "web.fpm_exhausted", "host.load", "host.memory"),
        ...anywhere("galera.flow_control"),
      ],
      ...about,
    });
  }
  return [...findings, ...poolFindings(origin), ...contentFindings(origin)];
};

/** The innermost place that the message names, in Apache's words or nginx's. */
const placeIn = (message: string): string => {
  const apache = [...message.matchAll(/on line (\d+) of ([^\s:]+)/g)].at(-1);
  const nginx = / in ([^\s:]+):(\d+)/.exec(message);
  if (apache !== undefined) return `line ${apache[1]} of ${apache[2]}`;
  return nginx === null ? "what it names" : `line ${nginx[2]} of ${nginx[1]}`;
};

/** The message names what it failed on. */
const configCauses = (message: string, host: string): readonly Explanation[] =>
  /libphp|php\S*\.load/i.test(message)
    ? onHost(host, "web.php_lost")
    : /thread|MPM/i.test(message)
      ? onHost(host, "web.mpm_conflict")
      : [];

/** What a page leans on, from the nearest to the farthest. */
const pageNeeds = (host: string): readonly Explanation[] => [
  ...onHost(host, "web.fpm_down", "web.php_lost", "web.php_off", "host.disk_full", "gluster.mount_hung"),
  ...anywhere(
    "redis.down",
    "redis.loading",
    "redis.evicting",
    "redis.refusing_writes",
    "galera.cluster_down",
    "haproxy.no_database",
    "haproxy.down",
    "galera.non_primary",
  ),
  ...onHost(host, "gluster.mount_missing", "web.workers", "web.fpm_exhausted"),
];

const poolFindings = ({ host, fpm, workers }: OriginFact): readonly WebFinding[] => {
  const about = { subject: host, host };
  // Of several, each is a trouble of its own.
  const subjectOf = (unit: string): string => (fpm.length > 1 ? `${unit} on ${host}` : host);
  const findings = fpm.flatMap(({ unit, state }): WebFinding[] =>
    state.state === "unknown" || isRunning(state.value)
      ? []
      : [
          {
            id: "web.fpm_down",
            severity: "warning",
            text: `${host}: ${unit} is ${state.value.loaded ? state.value.active : "not installed"}: PHP does not run`,
            next: `see why: ssh ${host} systemctl status ${unit}`,
            evidence: [probeKey(units.id, host)],
            explainedBy: onHost(host, "host.disk_full"),
            subject: subjectOf(unit),
            host,
          },
        ],
  );
  for (const { unit, load, queues } of fpm) {
    const full = queues.state === "known" ? queues.value.filter(({ waiting }) => waiting > 0) : [];
    if (full.length > 0) {
      const waiting = full.reduce((sum, pool) => sum + pool.waiting, 0);
      const names = full.map(({ pool }) => pool).join(", ");
      findings.push(
        exhausted(
          host,
          subjectOf(unit),
          `${names} of ${unit} has no process free: ${plural(waiting, "visitor waits", "visitors wait")}`,
        ),
      );
      continue;
    }
    if (load.state === "unknown" || load.value.limit === undefined) continue;
    const { active, idle, limit } = load.value;
    if (idle > 0 || active < limit) continue;
    findings.push(
      exhausted(
        host,
        subjectOf(unit),
        `all ${plural(limit, "PHP process", "PHP processes")} of ${unit} are busy: visitors wait`,
      ),
    );
  }
  if (workers?.state === "known" && workers.value.idle === 0 && workers.value.busy >= workers.value.limit)
    findings.push({
      id: "web.workers",
      severity: "warning",
      text: `${host}: all ${plural(workers.value.limit, "worker")} are busy: visitors wait`,
      next: "see what they wait for: server-status on the host, the galera and redis panes",
      evidence: [probeKey(serverStatus.id, host)],
      explainedBy: anywhere("redis.down", "galera.non_primary", "galera.flow_control"),
      ...about,
    });
  return findings;
};

const exhausted = (host: string, subject: string, text: string): WebFinding => ({
  id: "web.fpm_exhausted",
  severity: "warning",
  subject,
  host,
  text: `${host}: ${text}`,
  next: "see what they wait for: the galera and redis panes; raise pm.max_children only when memory allows it",
  evidence: [units, fpmPools, fpmQueues].map(({ id }) => probeKey(id, host)),
  explainedBy: anywhere("redis.down", "galera.non_primary", "galera.flow_control"),
});

const allDown = ({ origins }: WebFacts): readonly WebFinding[] =>
  origins.length > 0 && origins.every(({ page }) => page.state === "known" && !page.value.ok)
    ? [
        {
          id: "web.all_failing",
          severity: "critical",
          subject: "web",
          text: `no origin serves the health page (${origins.length} of ${origins.length} fail): the sites are down`,
          next: "bring one origin back first",
          evidence: origins.map(({ host }) => probeKey(health.id, host)),
          explainedBy: anywhere("redis.down", "galera.cluster_down", "galera.non_primary", "haproxy.no_database"),
        },
      ]
    : [];

const versionFindings = ({ origins }: WebFacts): readonly WebFinding[] => {
  const seen = origins.flatMap(({ host, php }) =>
    php.state === "known" && php.value.version !== undefined ? [{ host, version: php.value.version }] : [],
  );
  if (new Set(seen.map(({ version }) => version)).size < 2) return [];
  const text = `origins run different PHP versions: ${seen.map(({ host, version }) => `${host} ${version}`).join(", ")}`;
  const next = "finish the upgrade on the others";
  const evidence = seen.map(({ host }) => probeKey(moduleFiles.id, host));
  return [{ id: "web.php_mixed", severity: "info", subject: "web", text, next, evidence }];
};
