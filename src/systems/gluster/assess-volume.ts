import { count, duration, plural } from "../format.ts";
import type { Finding } from "../finding.ts";
import { probeKey } from "../probe.ts";
import { assessBricks } from "./assess-brick.ts";
import { healCommand, splitBrainCommand, volumesCommand } from "./commands.ts";
import { POOL, volumeTarget } from "./pool.ts";
import type { Volume } from "./volume.ts";

/** Make-up, bricks, heals and split-brain of one volume. */
export const assessVolume = (volume: Volume): readonly Finding[] => {
  const { name, info, expected } = volume;
  if (!expected) return [];
  if (info.state === "unknown") {
    // That the pool as a whole cannot be asked is said once, by assess-pool.ts.
    if (info.reason !== "missing") return [];
    const text = `Volume ${name} is not in the pool`;
    return [volumeFinding(name, "volume_missing", "critical", text, "look at the inventory's volume names")];
  }
  if (info.value.status !== "Started") {
    const text = `Volume ${name} is ${info.value.status}: nobody can read it`;
    return [volumeFinding(name, "volume_stopped", "critical", text, `gluster volume start ${name}`)];
  }
  return [...assessBricks(volume, info.value.replicas), ...assessHeal(volume), ...assessSplitBrain(volume)];
};

const volumeFinding = (
  name: string,
  rule: string,
  severity: Finding["severity"],
  text: string,
  next?: string,
): Finding => ({
  id: `gluster.${rule}`,
  severity,
  subject: `volume ${name}`,
  text,
  ...(next === undefined ? {} : { next }),
  evidence: [
    probeKey(healCommand.id, volumeTarget(name)),
    probeKey(splitBrainCommand.id, volumeTarget(name)),
    probeKey(volumesCommand.id, POOL),
  ],
});

const assessHeal = ({ name, pending, trend, bricks }: Volume): readonly Finding[] => {
  if (pending.state === "unknown") {
    if (pending.reason === "pending") return [];
    const text = `Pending heals of ${name} are not known: ${pending.detail}`;
    // The cheap count takes the pool's lock, so it is for a person to ask, not for a schedule.
    const cheap = pending.reason === "timeout" ? `gluster volume heal ${name} statistics heal-count` : undefined;
    return [volumeFinding(name, "heal_unknown", "unknown", text, pending.fix ?? cheap)];
  }
  const { count: entries, silentBricks } = pending.value;
  const silent = `${plural(silentBricks, "brick")} of ${bricks.length} could not say`;
  if (entries === 0) {
    if (silentBricks === 0) return [];
    return [volumeFinding(name, "heal_unknown", "unknown", `Pending heals of ${name} are not fully known: ${silent}`)];
  }
  const text = `${name} has ${count(entries)}${silentBricks > 0 ? " or more" : ""} to heal${going(trend)}`;
  const next =
    silentBricks > 0
      ? "bring the missing brick back; healing starts by itself"
      : "let it fall to 0 before a host is taken";
  return [volumeFinding(name, "heal_pending", "info", silentBricks > 0 ? `${text}; ${silent}` : text, next)];
};

const going = (trend: Volume["trend"]): string => {
  if (trend.state === "unknown" || trend.value.direction === "none") return "";
  const { direction, zeroInMs } = trend.value;
  return `, ${direction}${zeroInMs === undefined ? "" : `: done in about ${duration(zeroInMs)}`}`;
};

/** Their number comes with every heal summary, their names less often. */
const assessSplitBrain = ({ name, pending, splitBrain }: Volume): readonly Finding[] => {
  const counted = pending.state === "known" ? pending.value.splitBrain : 0;
  const listed = splitBrain.state === "known" ? splitBrain.value : undefined;
  const files = Math.max(counted, listed?.count ?? 0);
  if (files === 0) return [];
  const paths = listed?.paths ?? [];
  const shown = paths.length === 0 ? "" : ` (${paths.slice(0, 3).join(" ")}${paths.length > 3 ? " …" : ""})`;
  const text = `Split-brain on ${name}: ${plural(files, "file")} with contradicting copies${shown}`;
  return [volumeFinding(name, "split_brain", "critical", text, `gluster volume heal ${name} info split-brain`)];
};
