import { onHost } from "../explain.ts";
import { duration } from "../format.ts";
import { probeKey } from "../probe.ts";
import { showStat } from "./commands.ts";
import type { WriterFact } from "./facts-schema.ts";
import type { HaproxyFinding } from "./rules.ts";

/** The database's writes go elsewhere than before: news even when all is well again. */
export const movedFindings = (
  { proxy, loadBalancer, moved, to }: WriterFact,
  nowMs: number,
): readonly HaproxyFinding[] => {
  if (moved === undefined || to.state === "unknown" || to.value.role === "none") return [];
  const { hosts, role } = to.value;
  const from = moved.from.join(", ");
  return [
    {
      id: "haproxy.writer_moved",
      severity: role === "backup" ? "warning" : "info",
      subject: `${proxy} on ${loadBalancer}`,
      text: `${proxy}'s writes moved from ${from} to ${hosts.join(", ")} ${duration(nowMs - moved.atMs)} ago on ${loadBalancer}`,
      next:
        role === "backup"
          ? `see why ${from} left: it takes over again as soon as it is UP`
          : "nothing, if it was meant",
      evidence: [probeKey(showStat.id, loadBalancer)],
      explainedBy: [...moved.from, ...hosts].flatMap((host) =>
        onHost(
          host,
          "host.unreachable",
          "galera.member_down",
          "haproxy.server_down",
          "haproxy.drained",
          "haproxy.maintenance",
        ),
      ),
    },
  ];
};
