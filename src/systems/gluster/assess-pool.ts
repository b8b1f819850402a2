import { anywhere, onHost } from "../explain.ts";
import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Context } from "../system.ts";
import type { UnitState } from "../unit.ts";
import { daemonCommand, poolCommand, processesCommand, versionCommand } from "./commands.ts";
import type { GlusterFacts, GlusterHost } from "./facts.ts";
import { POOL } from "./pool.ts";
import type { GlusterFinding } from "./rules.ts";
import type { Volume } from "./volume.ts";

/** Peers, daemons and versions. */
export const assessPool = (facts: GlusterFacts, context: Context): readonly GlusterFinding[] => [
  ...poolUnknown(facts),
  ...facts.hosts.flatMap((host) => assessHost(host, facts, context)),
  ...assessSelfHeal(facts),
  ...assessVersions(facts),
];

/** When no host can say anything of the pool, once, with the way out. */
const poolUnknown = ({ hosts }: GlusterFacts): readonly GlusterFinding[] => {
  const peers = hosts.map(({ peer }) => peer);
  const [first] = peers;
  if (first?.state !== "unknown" || first.reason === "pending" || first.reason === "missing") return [];
  return [
    {
      id: "gluster.pool_unknown",
      severity: "unknown",
      subject: POOL,
      text: `Volumes, bricks and heals are not known: ${first.detail}`,
      next: first.fix ?? "see on one of its hosts: sudo systemctl status glusterd",
      evidence: [probeKey(poolCommand.id, POOL)],
      explainedBy: anywhere("host.none_reachable"),
    },
  ];
};

const assessHost = (
  { host, peer, daemon }: GlusterHost,
  { volumes }: GlusterFacts,
  { cluster }: Context,
): readonly GlusterFinding[] => {
  const service = cluster.gluster?.service ?? "glusterd";
  const stopped = daemon.state === "known" && isStopped(daemon.value);
  const about = { subject: host, host, evidence: [probeKey(daemonCommand.id, host), probeKey(poolCommand.id, POOL)] };
  if (stopped) {
    const text = `${service} on ${host} is ${daemon.value.active}: ${bricksWithout(host, volumes)}`;
    return [
      {
        id: "gluster.daemon_down",
        severity: "warning",
        text,
        next: `on ${host}: systemctl start ${service}`,
        ...about,
      },
    ];
  }
  if (peer.state === "unknown")
    return peer.reason === "missing"
      ? [
          {
            id: "gluster.not_a_peer",
            severity: "warning",
            text: `${host} is not in the Gluster pool`,
            next: `compare gluster pool list with the inventory; gluster peer probe ${host}`,
            ...about,
          },
        ]
      : [];
  if (!peer.value.connected) {
    const text = `${host} is disconnected from the Gluster pool: nothing can be changed there`;
    return [
      {
        id: "gluster.peer_disconnected",
        severity: "warning",
        text,
        next: `on ${host}: systemctl status ${service}`,
        explainedBy: onHost(host, "host.unreachable"),
        ...about,
      },
    ];
  }
  if (peer.value.state === "" || peer.value.state === "Peer in Cluster") return [];
  return [
    {
      id: "gluster.peer_state",
      severity: "warning",
      text: `${host} is in the pool as "${peer.value.state}"`,
      next: "gluster peer status on both sides; compare /var/lib/glusterd/vols",
      ...about,
    },
  ];
};

const isStopped = ({ loaded, active }: UnitState): boolean => loaded && (active === "inactive" || active === "failed");

/** Stopping glusterd leaves bricks running by design; some units stop them all the same. */
const bricksWithout = (host: string, volumes: readonly Volume[]): string => {
  const states = volumes.flatMap(({ bricks }) =>
    bricks.flatMap((brick) =>
      brick.host === host && brick.process.state === "known" ? [brick.process.value.state] : [],
    ),
  );
  if (states.includes("running")) return "its bricks serve on, but no new client finds them";
  return states.length === 0
    ? "its volumes cannot be managed from there"
    : `its ${plural(states.length, "brick")} stopped with it`;
};

const assessSelfHeal = ({ hosts, volumes }: GlusterFacts): readonly GlusterFinding[] => {
  const replicated = volumes.filter(
    ({ info }) => info.state === "known" && info.value.replicas > 1 && info.value.status === "Started",
  );
  if (replicated.length === 0) return [];
  return hosts
    .filter(({ selfHeal, daemon }) => {
      const explained = daemon.state === "known" && isStopped(daemon.value);
      return selfHeal.state === "known" && !selfHeal.value && !explained;
    })
    .map(({ host }): GlusterFinding => ({
      id: "gluster.self_heal_down",
      severity: "warning",
      subject: host,
      host,
      text: `The self-heal daemon on ${host} does not run: what its bricks missed is not healed from there`,
      next: `gluster volume start ${replicated[0]?.name ?? "VOLUME"} force`,
      evidence: [probeKey(processesCommand.id, host)],
    }));
};

const assessVersions = ({ hosts }: GlusterFacts): readonly GlusterFinding[] => {
  const versions = Map.groupBy(
    hosts.flatMap(({ host, version }) => (version.state === "known" ? [{ host, version: version.value }] : [])),
    ({ version }) => version,
  );
  if (versions.size < 2) return [];
  const list = [...versions].map(([version, on]) => `${version} on ${on.map(({ host }) => host).join(" ")}`);
  return [
    {
      id: "gluster.versions",
      severity: "info",
      subject: POOL,
      text: `GlusterFS versions are mixed: ${list.join(", ")}`,
      next: "finish the upgrade; then raise cluster.op-version",
      evidence: hosts.map(({ host }) => probeKey(versionCommand.id, host)),
    },
  ];
};
