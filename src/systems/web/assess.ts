import type { Cluster } from "../../inventory/cluster.ts";
import type { Finding } from "../finding.ts";
import { latency, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import { phpFindings } from "./assess-php.ts";
import { configTest, health, serverStatus, units } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";
import { isRunning } from "./running.ts";

export const assessWeb = (facts: WebFacts, { cluster }: Context): readonly Finding[] => [
  ...facts.origins.flatMap((origin) => originFindings(origin, facts, cluster)),
  ...allDown(facts),
  ...versionFindings(facts),
];

const originFindings = (
  origin: OriginFact,
  { service }: WebFacts,
  { thresholds, haproxy }: Cluster,
): readonly Finding[] => {
  const { host, unit, config, page, health: answer } = origin;
  const about = { subject: host, host };
  if (unit.state === "unknown" && unit.reason !== "pending" && page.state === "unknown") {
    const text = `${host}'s web server is not seen: ${unit.detail}`;
    return [{ id: "web.unknown", severity: "unknown", text, evidence: [probeKey(units.id, host)], ...about }];
  }
  const findings: Finding[] = [];
  // A unit that is down explains the page; one that runs does not vouch for it.
  const down = unit.state === "known" && !isRunning(unit.value);
  if (down) {
    const { active, sub, result, loaded } = unit.value;
    const how = loaded ? `${active} (${active === "failed" ? result : sub})` : "not installed";
    findings.push({
      id: "web.down",
      severity: "warning",
      text: `${host}: ${service} is ${how}`,
      next: `see why: ssh ${host} systemctl status ${service}`,
      evidence: [probeKey(units.id, host)],
      ...about,
    });
  }
  if (config.state === "known" && !config.value.passes)
    findings.push({
      id: "web.config",
      severity: "warning",
      text: `${host}: the configuration test fails, ${down ? "it will not start" : "a restart would stop it"}: ${config.value.message ?? ""}`,
      next: "mend the line it names before any reload or restart",
      evidence: [probeKey(configTest.id, host)],
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
      ...about,
    });
  if (page.state === "known" && page.value.ok && page.value.slow && answer.state === "known") {
    const text = `${host}: the health page took ${latency(answer.value.tookMs)} (slow from ${latency(thresholds.healthSlowWarningMs)})`;
    findings.push({ id: "web.slow", severity: "warning", text, evidence: [probeKey(health.id, host)], ...about });
  }
  return [...findings, ...poolFindings(origin)];
};

const poolFindings = ({ host, fpm, workers }: OriginFact): readonly Finding[] => {
  const about = { subject: host, host };
  const findings = fpm.flatMap(({ unit, state }): Finding[] =>
    state.state === "unknown" || isRunning(state.value)
      ? []
      : [
          {
            id: "web.fpm_down",
            severity: "warning",
            text: `${host}: ${unit} is ${state.value.loaded ? state.value.active : "not installed"}: PHP does not run`,
            next: `see why: ssh ${host} systemctl status ${unit}`,
            evidence: [probeKey(units.id, host)],
            ...about,
          },
        ],
  );
  if (workers?.state === "known" && workers.value.idle === 0 && workers.value.busy >= workers.value.limit)
    findings.push({
      id: "web.workers",
      severity: "warning",
      text: `${host}: all ${plural(workers.value.limit, "worker")} are busy: visitors wait`,
      evidence: [probeKey(serverStatus.id, host)],
      ...about,
    });
  return findings;
};

const allDown = ({ origins }: WebFacts): readonly Finding[] =>
  origins.length > 0 && origins.every(({ page }) => page.state === "known" && !page.value.ok)
    ? [
        {
          id: "web.all_failing",
          severity: "critical",
          subject: "web",
          text: `no origin serves the health page (${origins.length} of ${origins.length} fail): the sites are down`,
          next: "bring one origin back first",
          evidence: origins.map(({ host }) => probeKey(health.id, host)),
        },
      ]
    : [];

const versionFindings = ({ origins }: WebFacts): readonly Finding[] => {
  const seen = origins.flatMap(({ host, php }) =>
    php.state === "known" && php.value.version !== undefined ? [{ host, version: php.value.version }] : [],
  );
  if (new Set(seen.map(({ version }) => version)).size < 2) return [];
  const text = `origins run different PHP versions: ${seen.map(({ host, version }) => `${host} ${version}`).join(", ")}`;
  return [{ id: "web.php_mixed", severity: "info", subject: "web", text, evidence: [] }];
};
