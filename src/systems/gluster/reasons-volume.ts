import { count, plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Brick } from "./brick.ts";
import { healCommand, processesCommand, volumesCommand } from "./commands.ts";
import { courseOf } from "./heal.ts";
import { POOL, volumeTarget } from "./pool.ts";
import type { Volume } from "./volume.ts";

/** One volume's word on losing its bricks on `host`: what is in the way, or one fact it rests on. */
export const volumeReasons = (volume: Volume, host: string): readonly Reason[] => {
  const { name, info, bricks, expected } = volume;
  const evidence = [probeKey(volumesCommand.id, POOL), probeKey(healCommand.id, volumeTarget(name))];
  if (info.state === "unknown")
    return [{ stance: "unknown", text: `how ${name} is made is not known: ${info.detail}`, evidence }];
  const { status, type, replicas } = info.value;
  if (status !== "Started")
    return [
      { stance: "no", text: `${name} is ${status}: start it, or remove it, before its bricks are touched`, evidence },
    ];
  if (/disperse/i.test(type))
    return [{ stance: "unknown", text: `how many bricks ${name} may lose is not known: it is dispersed`, evidence }];
  const sets = setsOf(bricks, replicas).filter((set) => set.some((brick) => brick.host === host));
  const inTheWay = [
    ...sets.flatMap((set) => setReasons(name, set, host)),
    ...(expected
      ? healReasons(volume)
      : [
          { stance: "unknown" as const, text: `heals of ${name} are not asked for: add it to the inventory`, evidence },
        ]),
  ];
  if (inTheWay.length > 0) return inTheWay;
  const left = sets.map((set) => set.filter((brick) => brick.host !== host));
  const fewest = left.toSorted((a, b) => a.length - b.length)[0] ?? [];
  const where = [...new Set(left.flat().map((brick) => brick.host))].join(", ");
  const then = fewest.length === 1 ? ", none to spare" : "";
  return [
    {
      stance: "safe",
      text: `${name}: nothing to heal, ${plural(fewest.length, "good copy stays", "good copies stay")} (${where})${then}`,
      evidence: [...evidence, ...fewest.map((brick) => probeKey(processesCommand.id, brick.host))],
    },
  ];
};

/** Neighbouring bricks hold the same files. */
const setsOf = (bricks: readonly Brick[], replicas: number): readonly (readonly Brick[])[] => {
  const sets: (readonly Brick[])[] = [];
  for (let at = 0; at < bricks.length; at += replicas) sets.push(bricks.slice(at, at + replicas));
  return sets;
};

const setReasons = (name: string, set: readonly Brick[], host: string): readonly Reason[] => {
  const others = set.filter((brick) => brick.host !== host);
  const evidence = [
    probeKey(healCommand.id, volumeTarget(name)),
    ...others.map((brick) => probeKey(processesCommand.id, brick.host)),
  ];
  if (!others.some(({ arbiter }) => !arbiter))
    return [{ stance: "no", text: `${name}: it has the only copy of some files`, evidence }];
  const offline = others.filter(({ online }) => online.state === "known" && !online.value);
  if (offline.length > 0)
    return [{ stance: "no", text: `${name}: ${placesOf(offline)} is offline, no other copy can be spared`, evidence }];
  const dark = others.find(({ online }) => online.state === "unknown");
  if (dark?.online.state === "unknown")
    return [
      {
        stance: "unknown",
        text: `${name}: whether ${placesOf([dark])} is online is not known: ${dark.online.detail}`,
        evidence,
      },
    ];
  if (!keepsQuorum(set, others))
    return [
      {
        stance: "no",
        text: `${name}: ${others.length} of ${plural(set.length, "copy", "copies")} would be left, no quorum: writes fail`,
        evidence,
      },
    ];
  return [];
};

/** cluster.quorum-type auto: most of the copies, or exactly half of them with the first (GlusterFS, client quorum). */
const keepsQuorum = (set: readonly Brick[], others: readonly Brick[]): boolean =>
  others.length > set.length / 2 || (others.length === set.length / 2 && others[0] === set[0]);

const healReasons = ({ name, pending, trend }: Volume): readonly Reason[] => {
  const evidence = [probeKey(healCommand.id, volumeTarget(name))];
  if (pending.state === "unknown")
    return [
      { stance: "unknown", text: `whether ${name} has anything to heal is not known: ${pending.detail}`, evidence },
    ];
  const { count: entries, splitBrain, silentBricks } = pending.value;
  const found: Reason[] = [];
  if (splitBrain > 0)
    found.push({
      stance: "no",
      text: `${name}: ${plural(splitBrain, "file")} in split-brain: a copy that may be the right one would go`,
      evidence,
    });
  if (silentBricks > 0)
    found.push({
      stance: "unknown",
      text: `${name}: ${plural(silentBricks, "brick")} could not say what is to heal`,
      evidence,
    });
  if (entries > splitBrain) {
    const zeroInMs = trend.state === "known" ? trend.value.zeroInMs : undefined;
    found.push({
      stance: "wait",
      text: `until ${name} has healed: ${count(entries)} to go, ${courseOf(trend)}`,
      evidence,
      ...(zeroInMs === undefined ? {} : { expectedMs: zeroInMs }),
    });
  }
  return found;
};

const placesOf = (bricks: readonly Brick[]): string => bricks.map(({ host, path }) => `${host}:${path}`).join(", ");
