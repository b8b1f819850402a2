import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import type { Brick } from "./brick.ts";
import { healCommand, mountsCommand, poolCommand, processesCommand, spaceCommand } from "./commands.ts";
import type { GlusterFacts, GlusterHost } from "./facts.ts";
import { mountTarget, type Mount } from "./mounts.ts";
import { POOL, volumeTarget } from "./pool.ts";
import type { Volume } from "./volume.ts";

/** Peers, bricks and mounts. What is out of sight all at once has one line, not one each. */
export const glusterStates = (facts: GlusterFacts): readonly StateLine[] => [
  ...poolLines(facts),
  ...facts.volumes.flatMap((volume) => brickLines(volume)),
  ...facts.mounts.flatMap((mount) => mountLine(mount)),
];

const PEER_SAYS = ["peer_disconnected", "peer_state", "not_a_peer", "daemon_down"].map((rule) => `gluster.${rule}`);
const BRICK_SAYS = ["brick_down", "brick_frozen", "brick_unreachable"].map((rule) => `gluster.${rule}`);
const MOUNT_SAYS = ["missing", "wrong", "hung", "broken", "unknown"].map((rule) => `gluster.mount_${rule}`);
const POOL_EVIDENCE = [probeKey(poolCommand.id, POOL)];

const poolLines = ({ hosts }: GlusterFacts): readonly StateLine[] => {
  const about = { subject: POOL, evidence: POOL_EVIDENCE, says: ["gluster.pool_unknown"] };
  // "Missing" is one host's word; any other reason is why nobody could be asked.
  const dark = hosts.find(({ peer }) => peer.state === "unknown" && peer.reason !== "missing")?.peer;
  if (dark?.state === "unknown") return dark.reason === "pending" ? [] : [{ ...about, ...unknownState(dark.reason) }];
  return [{ ...about, state: "seen", severity: "ok" }, ...hosts.map((host) => peerLine(host))];
};

const peerLine = ({ host, peer }: GlusterHost): StateLine => {
  const about = { subject: "peer", host, evidence: POOL_EVIDENCE, says: PEER_SAYS };
  if (peer.state === "unknown") return { ...about, state: "not in the pool", severity: "warning" };
  const { connected, state } = peer.value;
  if (!connected) return { ...about, state: "disconnected", severity: "warning" };
  const odd = state !== "" && state !== "Peer in Cluster";
  return { ...about, state: odd ? state : "connected", severity: odd ? "warning" : "ok" };
};

const brickLines = ({ name, bricks, expected }: Volume): readonly StateLine[] => {
  if (!expected || bricks.length === 0) return [];
  const target = volumeTarget(name);
  const [first] = bricks;
  const about = { subject: `bricks of ${name}`, evidence: [probeKey(healCommand.id, target)], says: [] };
  if (first?.online.state === "unknown" && bricks.every(({ online }) => online.state === "unknown"))
    return first.online.reason === "pending" ? [] : [{ ...about, ...unknownState(first.online.reason) }];
  return [{ ...about, state: "seen", severity: "ok" }, ...bricks.flatMap((brick) => brickLine(brick, target))];
};

const brickLine = ({ host, path, online, process }: Brick, target: string): readonly StateLine[] => {
  const processes = process.state === "known" ? [probeKey(processesCommand.id, host)] : [];
  const about = {
    subject: `brick ${path}`,
    host,
    evidence: [probeKey(healCommand.id, target), ...processes],
    says: BRICK_SAYS,
  };
  if (online.state === "unknown")
    return online.reason === "pending" ? [] : [{ ...about, ...unknownState(online.reason) }];
  if (online.value) return [{ ...about, state: "online", severity: "ok" }];
  const why = process.state === "known" && process.value.state === "frozen" ? { why: "its process is stopped" } : {};
  return [{ ...about, state: "offline", severity: "critical", ...why }];
};

const mountLine = ({ host, path, mounted, space }: Mount): readonly StateLine[] => {
  const keys = [probeKey(mountsCommand.id, host), probeKey(spaceCommand.id, mountTarget(host, path))];
  const about = { subject: `mount ${path}`, host, evidence: keys, says: MOUNT_SAYS };
  if (mounted.state === "unknown")
    return mounted.reason === "pending" ? [] : [{ ...about, ...unknownState(mounted.reason) }];
  switch (mounted.value.state) {
    case "absent":
      return [{ ...about, state: "not mounted", severity: "critical" }];
    case "wrong":
      return [{ ...about, state: "not the volume", severity: "critical", why: mounted.value.source }];
    case "right":
      break;
  }
  if (space.state === "unknown") return space.reason === "pending" ? [] : [{ ...about, ...unknownState(space.reason) }];
  switch (space.value.state) {
    case "alive":
      return [{ ...about, state: "mounted", severity: "ok" }];
    case "hung":
      return [{ ...about, state: "hangs", severity: "critical" }];
    case "broken":
      return [{ ...about, state: "broken", severity: "critical", why: space.value.problem }];
  }
};
