import { onHost, anywhere } from "../explain.ts";
import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import { code, health, moduleFiles, sessionSettings, uploads } from "./commands.ts";
import type { OriginFact } from "./facts-schema.ts";
import type { WebFinding } from "./rules.ts";

/** What a visitor notices when another origin answers than the time before: sessions, code, uploads, PHP. */
export const contentFindings = (origin: OriginFact): readonly WebFinding[] => [
  ...sessionFindings(origin),
  ...codeFindings(origin),
  ...uploadFindings(origin),
  ...restartFindings(origin),
];

const sessionFindings = ({ host, sessions }: OriginFact): readonly WebFinding[] => {
  if (sessions?.state !== "known" || sessions.value.right !== false) return [];
  const { handler, target } = sessions.value;
  const text =
    handler === "files"
      ? `${host}: PHP keeps its sessions in files there: visitors who land elsewhere are logged out`
      : `${host}: PHP keeps its sessions at ${target ?? "?"}, which is no sessions Redis of the inventory`;
  return [
    {
      id: "web.sessions_target",
      severity: "warning",
      subject: host,
      host,
      text,
      next: "set session.save_handler = redis and session.save_path to the sessions Redis, then reload",
      evidence: [probeKey(sessionSettings.id, host)],
    },
  ];
};

const codeFindings = ({ host, code: reading }: OriginFact): readonly WebFinding[] => {
  if (reading.state === "unknown" || reading.value.differs === undefined) return [];
  const { from, count, names } = reading.value.differs;
  const more = count > names.length ? " …" : "";
  return [
    {
      id: "web.code_differs",
      severity: "warning",
      subject: host,
      host,
      text: `${host}'s code differs from ${from}'s in ${plural(count, "file")}: ${names.join(", ")}${more}`,
      next: "let the sync run, or deploy again; then compare once more (r)",
      evidence: [probeKey(code.id, host), probeKey(code.id, from)],
      explainedBy: [
        ...onHost(host, "shadow.not_mounted", "shadow.failed", "shadow.stale", "shadow.behind", "shadow.paused"),
        ...anywhere("shadow.failed", "shadow.stale", "shadow.paused"),
      ],
    },
  ];
};

const uploadFindings = ({ host, uploads: reading }: OriginFact): readonly WebFinding[] => {
  if (reading?.state !== "known") return [];
  return reading.value
    .filter(({ shared }) => shared === false)
    .map(({ path, type }) => ({
      id: "web.uploads_local",
      severity: "warning",
      subject: `${host} ${path}`,
      host,
      text: `${host}: ${path} is a plain folder on ${type}, not on a shared volume: other origins lack what is uploaded there`,
      next: `move what is in it to the volume, and make it a link to there`,
      evidence: [probeKey(uploads.id, host)],
      explainedBy: onHost(host, "gluster.mount_missing", "gluster.mount_wrong"),
    }));
};

/** X-Powered-By tells what runs; the enabled module what will run. */
const restartFindings = ({ host, php, health: answer }: OriginFact): readonly WebFinding[] => {
  if (php.state === "unknown" || php.value.how !== "module" || answer.state === "unknown") return [];
  const [enabled, ...others] = php.value.enabled.filter((version) => version !== "");
  const runs = /^\d+\.\d+/.exec(answer.value.phpVersion ?? "")?.[0];
  if (enabled === undefined || others.length > 0 || runs === undefined || !enabled.includes(".") || runs === enabled)
    return [];
  return [
    {
      id: "web.php_mismatch",
      severity: "warning",
      subject: host,
      host,
      text: `${host} runs PHP ${runs} while ${enabled} is enabled: the next restart changes it`,
      next: "when the host is SAFE to take: restart Apache and see the health page",
      evidence: [probeKey(health.id, host), probeKey(moduleFiles.id, host)],
      explainedBy: onHost(host, "web.php_lost"),
    },
  ];
};
