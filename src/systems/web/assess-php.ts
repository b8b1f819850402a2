import { onHost } from "../explain.ts";
import { probeKey } from "../probe.ts";
import { configTest, health, moduleFiles } from "./commands.ts";
import type { OriginFact } from "./facts-schema.ts";
import { isRunning } from "./running.ts";
import type { WebFinding } from "./rules.ts";

/**
 * PHP lost, in the ways an upgrade loses it: the module removed and its link left, an MPM it cannot run under, or no
 * PHP at all, which shows as source text to every visitor.
 */
export const phpFindings = (
  { host, unit, php, config, page, health: answer }: OriginFact,
  webProxies: readonly string[],
): readonly WebFinding[] => {
  const about = { subject: host, host };
  const findings: WebFinding[] = [];
  if (answer.state === "known" && answer.value.source)
    findings.push({
      id: "web.source_served",
      severity: "critical",
      text: `${host} serves PHP as source text: code and passwords can be read by visitors`,
      next: `take it out on every load balancer: ${webProxies.map((proxy) => `set server ${proxy}/${host} state maint`).join("; ") || "maintenance"}`,
      evidence: [probeKey(health.id, host)],
      explainedBy: onHost(host, "web.php_lost", "web.php_off"),
      ...about,
    });
  if (php.state === "unknown") return findings;
  const { how, lost, installed, enabled, dangling, mpms } = php.value;
  // The running server keeps what it has loaded, and PHP may come another way than we look: the page decides how bad it is.
  const serves = page.state === "known" && page.value.ok;
  const evidence = [moduleFiles, configTest].map(({ id }) => probeKey(id, host));
  if (lost.length > 0) {
    const other = installed.find((version) => !lost.includes(version));
    const packages = lost.map((version) => `libapache2-mod-php${version}`).join(" ");
    const names = lost.map((version) => `php${version}`).join(" ");
    // The module may be there and only the file its link led to be gone.
    const linkOnly = lost.every((version) => installed.includes(version));
    const what = linkOnly ? "its link leads nowhere" : "its module is gone";
    findings.push({
      id: "web.php_lost",
      severity: how === "none" && !serves ? "critical" : "warning",
      text: `${host}: PHP ${lost.join(", ")} is enabled and ${what}${startWords(unit, config)}${other === undefined ? "" : `; PHP ${other} is installed`}`,
      next:
        other !== undefined
          ? `P on ${host}, or midwatch run php-module --host ${host}; by hand: sudo a2dismod ${names} && sudo a2enmod php${other} && sudo systemctl restart apache2`
          : linkOnly
            ? `put its configuration back, on ${host}: sudo apt-get install --reinstall -o Dpkg::Options::=--force-confmiss ${packages}`
            : `on ${host}: sudo apt-get install --reinstall ${packages} && sudo systemctl restart apache2`,
      evidence,
      ...about,
    });
  } else if (how === "none" && !serves && installed.length > 0)
    findings.push({
      id: "web.php_off",
      severity: "critical",
      text: `${host}: PHP ${installed.join(", ")} is installed and not enabled, by module or by FPM`,
      next: `P on ${host}, or midwatch run php-module --host ${host}; by hand: sudo a2enmod php${installed[0] ?? ""} && sudo systemctl restart apache2`,
      evidence,
      ...about,
    });
  const others = dangling.filter(({ name }) => !lost.some((version) => name.startsWith(`php${version}.`)));
  if (others.length > 0)
    findings.push({
      id: "web.dangling_link",
      severity: "warning",
      text: `${host}: enabled links lead nowhere: ${others.map(({ name }) => name).join(", ")}`,
      next: "remove them with a2dismod, a2disconf or a2dissite",
      evidence,
      ...about,
    });
  const threaded = mpms.find((mpm) => mpm !== "prefork");
  if (enabled.length > 0 && (threaded !== undefined || mpms.length > 1))
    findings.push({
      id: "web.mpm_conflict",
      severity: config.state === "known" && config.value.passes ? "info" : "warning",
      text: `${host}: PHP's module is enabled beside mpm_${mpms.join(" and mpm_")}: it needs prefork alone`,
      next: "sudo a2dismod mpm_event mpm_worker && sudo a2enmod mpm_prefork, then a restart; or move PHP to FPM",
      evidence,
      ...about,
    });
  return findings;
};

/** What the loss means for the server itself, where its own test says so. */
const startWords = (unit: OriginFact["unit"], config: OriginFact["config"]): string => {
  if (config.state === "unknown" || config.value.passes || unit.state === "unknown") return "";
  return isRunning(unit.value) ? ", a restart would stop the web server" : ", the web server does not start";
};
