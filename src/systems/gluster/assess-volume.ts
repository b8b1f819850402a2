import { count, duration, plural } from "../format.ts";
import type { Thresholds } from "../../inventory/cluster.ts";
import { anywhere, onHost } from "../explain.ts";
import type { Explanation } from "../finding.ts";
import { probeKey } from "../probe.ts";
import { assessBricks } from "./assess-brick.ts";
import { healCommand, splitBrainCommand, volumesCommand } from "./commands.ts";
import { courseOf, healable, isBacklog } from "./heal.ts";
import { POOL, volumeTarget } from "./pool.ts";
import type { GlusterFinding, Said } from "./rules.ts";
import type { Volume } from "./volume.ts";

/** Make-up, bricks, heals and split-brain of one volume. */
export const assessVolume = (volume: Volume, thresholds: Thresholds): readonly GlusterFinding[] => {
  const { name, info, expected } = volume;
  if (!expected) return [];
  if (info.state === "unknown") {
    // That the pool as a whole cannot be asked is said once, by assess-pool.ts.
    if (info.reason !== "missing") return [];
    const text = `Volume ${name} is not in the pool`;
    const next = "compare gluster volume list with the inventory";
    return [volumeFinding(name, { id: "gluster.volume_missing", severity: "critical", text, next })];
  }
  if (info.value.status !== "Started") {
    const text = `Volume ${name} is ${info.value.status}: nobody can read it`;
    const next = `gluster volume start ${name}`;
    return [volumeFinding(name, { id: "gluster.volume_stopped", severity: "critical", text, next })];
  }
  return [
    ...assessBricks(volume, info.value.replicas),
    ...(info.value.selfHeal ? [] : [selfHealOff(volume)]),
    ...assessHeal(volume, thresholds, info.value.selfHeal ? [] : anywhere("gluster.self_heal_off")),
    ...assessSplitBrain(volume),
  ];
};

const selfHealOff = ({ name, pending }: Volume): GlusterFinding => {
  const waiting = pending.state === "known" && pending.value.count > 0 ? `, ${count(pending.value.count)} to heal` : "";
  return volumeFinding(name, {
    id: "gluster.self_heal_off",
    severity: "warning",
    text: `Self-heal of ${name} is switched off: what a brick missed stays missing${waiting}`,
    next: `gluster volume set ${name} cluster.self-heal-daemon on`,
  });
};

const volumeFinding = (name: string, said: Said): GlusterFinding => ({
  ...said,
  subject: `volume ${name}`,
  evidence: [
    probeKey(healCommand.id, volumeTarget(name)),
    probeKey(splitBrainCommand.id, volumeTarget(name)),
    probeKey(volumesCommand.id, POOL),
  ],
});

const assessHeal = (
  { name, pending, trend, bricks }: Volume,
  thresholds: Thresholds,
  notHealed: readonly Explanation[],
): readonly GlusterFinding[] => {
  if (pending.state === "unknown") {
    if (pending.reason === "pending") return [];
    const text = `Pending heals of ${name} are not known: ${pending.detail}`;
    // The cheap count takes the pool's lock, so it is for a person to ask, not for a schedule.
    const byHand = pending.reason === "timeout" ? "statistics heal-count" : "info summary";
    const next = pending.fix ?? `gluster volume heal ${name} ${byHand}`;
    return [volumeFinding(name, { id: "gluster.heal_unknown", severity: "unknown", text, next })];
  }
  const { count: entries, silentBricks } = pending.value;
  const silent = `${plural(silentBricks, "brick")} of ${bricks.length} could not say`;
  if (entries === 0) {
    if (silentBricks === 0) return [];
    const text = `Pending heals of ${name} are not fully known: ${silent}`;
    const next = "bring the missing brick back; healing starts by itself";
    const explainedBy = silencedBy(bricks);
    return [volumeFinding(name, { id: "gluster.heal_unknown", severity: "unknown", text, next, explainedBy })];
  }
  const notFallenMs = trend.state === "known" ? (trend.value.notFallenMs ?? 0) : 0;
  // What contradicts itself never heals, and is reported for that.
  if (healable(pending.value) > 0 && notFallenMs >= thresholds.healStalledCriticalMs) {
    const text = `Healing of ${name} stalls: ${count(entries)} to heal, none fewer for ${duration(notFallenMs)}${silentBricks > 0 ? `; ${silent}` : ""}`;
    const next =
      silentBricks > 0 ? "bring the missing brick back" : `gluster volume heal ${name}; then see glustershd.log`;
    const explainedBy = [...silencedBy(bricks), ...notHealed, ...anywhere("gluster.self_heal_down")];
    return [volumeFinding(name, { id: "gluster.heal_stalled", severity: "critical", text, next, explainedBy })];
  }
  const text = `${name} has ${count(entries)}${silentBricks > 0 ? " or more" : ""} to heal${going(trend, silentBricks)}`;
  const next =
    silentBricks > 0
      ? "bring the missing brick back; healing starts by itself"
      : "let it fall to 0 before a host is taken";
  return [
    volumeFinding(name, {
      id: "gluster.heal_pending",
      severity: isBacklog(pending.value, trend, thresholds) ? "warning" : "info",
      text: silentBricks > 0 ? `${text}; ${silent}` : text,
      next,
      explainedBy: [...silencedBy(bricks), ...notHealed],
    }),
  ];
};

/** A brick that is away explains that its heals are not known and that those for it wait. */
const silencedBy = (bricks: Volume["bricks"]): readonly Explanation[] =>
  bricks
    .filter(({ pending }) => pending.state === "unknown")
    .flatMap(({ host }) =>
      onHost(
        host,
        "gluster.brick_down",
        "gluster.brick_frozen",
        "gluster.brick_unreachable",
        "gluster.daemon_down",
        "host.unreachable",
      ),
    );

/** How the backlog moves, and when it is gone; what is to heal for a brick that is away waits for that. */
const going = (trend: Volume["trend"], silentBricks: number): string => {
  const zeroInMs = trend.state === "known" ? trend.value.zeroInMs : undefined;
  const done = zeroInMs === undefined ? "" : `: done in about ${duration(zeroInMs)}`;
  return silentBricks > 0 && trend.state === "unknown" ? "" : `, ${courseOf(trend)}${done}`;
};

/** Their number comes with every heal summary, their names less often. */
const assessSplitBrain = ({ name, pending, splitBrain }: Volume): readonly GlusterFinding[] => {
  const counted = pending.state === "known" ? pending.value.splitBrain : 0;
  const listed = splitBrain.state === "known" ? splitBrain.value : undefined;
  const files = Math.max(counted, listed?.count ?? 0);
  if (files === 0) return [];
  const named = listed?.paths.filter((path) => !path.startsWith("<gfid:")) ?? [];
  // A brick that does not know a file's name gives its number; beside the name it is no second file.
  const paths = named.length > 0 ? named : (listed?.paths ?? []);
  const shown = paths.length === 0 ? "" : ` (${paths.slice(0, 3).join(" ")}${paths.length > 3 ? " …" : ""})`;
  const text = `Split-brain on ${name}: ${plural(files, "file")} with contradicting copies${shown}`;
  const heal = `gluster volume heal ${name}`;
  const next = `compare the copies (${heal} info split-brain); to keep the newer: ${heal} split-brain latest-mtime FILE`;
  return [volumeFinding(name, { id: "gluster.split_brain", severity: "critical", text, next })];
};
