import { ask } from "../connect/command.ts";
import { durationSchema } from "../inventory/units.ts";
import { duration, plural, rate } from "../systems/format.ts";
import { healVolume } from "../systems/gluster/changes.ts";
import { glusterFactsSchema } from "../systems/gluster/schema.ts";
import type { Volume } from "../systems/gluster/volume.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import type { Choice, Gate, GateValue, Procedure } from "./procedure.ts";
import { factsOf, fresh, type View } from "./view.ts";

const DEFAULT_WAIT_MS = 1_800_000;
/** A crawl of a volume with many entries to heal takes most of a minute. */
const ANSWER_MS = 120_000;

export const healKind: ProcedureKind = {
  name: "heal",
  title: "Heal a volume",
  about: "starts healing what a volume's bricks have missed, and watches until nothing is left",
  on: "cluster",
  options: [
    { name: "volume", about: "its name; may be left out where there is one", fallback: "" },
    { name: "wait", about: "how long it may take before somebody must decide", fallback: "30m" },
  ],
  plan: async ({ options, view }) => {
    const names = view.cluster.gluster?.volumes.map(({ name }) => name) ?? [];
    if (names.length === 0) return { ok: false, why: `${view.cluster.name} has no Gluster volumes in its inventory` };
    const given = options.get("volume") ?? "";
    const volume = given === "" && names.length === 1 ? names[0] : names.find((name) => name === given);
    if (volume === undefined)
      return {
        ok: false,
        why: `${given === "" ? "say which volume" : `no volume "${given}"`}: --set volume=NAME, one of ${names.join(", ")}`,
      };
    const wait = options.get("wait") ?? "";
    const waitMs = durationSchema.safeParse(wait);
    if (!waitMs.success) return { ok: false, why: `wait=${wait}: expected a duration such as "30m"` };
    const host = askedOf(view);
    if (host === undefined) return { ok: false, why: "no host of the pool can be asked" };
    return { ok: true, procedure: healProcedure({ cluster: view.cluster.name, volume, host, waitMs: waitMs.data }) };
  },
  replan: async ({ subject, params, view }) => {
    const { volume, waitMs } = params;
    // The host that was asked then may be the one that is down now.
    const host = askedOf(view) ?? params["host"];
    if (volume === undefined || host === undefined) return unreadableJournal("heal");
    return {
      ok: true,
      procedure: healProcedure({ cluster: subject, volume, host, waitMs: Number(waitMs ?? DEFAULT_WAIT_MS) }),
    };
  },
};

const askedOf = (view: View): string | undefined => factsOf(view, "gluster", glusterFactsSchema)?.askedOf;

interface HealPlan {
  readonly cluster: string;
  readonly volume: string;
  /** The one that is told; all of the pool heal. */
  readonly host: string;
  readonly waitMs: number;
}

const LATE = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "stop", title: "stop watching: the heal goes on", leads: "stop" },
] as const satisfies readonly Choice[];

const healProcedure = ({ cluster, volume, host, waitMs }: HealPlan): Procedure => ({
  name: "heal",
  subject: cluster,
  title: `heal of volume ${volume}`,
  params: { volume, host, waitMs: String(waitMs) },
  warnings: [],
  steps: [
    {
      id: "look",
      title: `can ${volume} heal`,
      why: "a brick that is away cannot be healed, and contradicting copies are for a person to choose from",
      before: [bricksOnline(volume), noSplitBrain(volume), selfHealOn(volume)],
      actions: [],
      after: [],
      stays: "nothing: nothing was sent",
    },
    {
      id: "heal",
      title: `${volume} heals`,
      why: "the daemons begin now instead of at their next round, ten minutes apart",
      before: [],
      actions: [
        {
          id: `heal ${volume}`,
          target: host,
          ask: ask(healVolume, { volume }),
          already: (view) => {
            const pending = pendingOf(volume, view);
            return pending?.state === "known"
              ? pending.value.count === 0 && pending.value.silentBricks === 0
              : undefined;
          },
        },
      ],
      after: [nothingLeft(volume, waitMs)],
      late: LATE,
      stays: `${volume} heals by itself as far as it can; midwatch run heal --set volume=${volume} watches on`,
    },
  ],
  undone: [],
});

const volumeNamed = (name: string, view: View): Volume | undefined =>
  factsOf(view, "gluster", glusterFactsSchema)?.volumes.find((volume) => volume.name === name);

const pendingOf = (name: string, view: View) => {
  const volume = volumeNamed(name, view);
  return volume === undefined ? undefined : fresh(volume.pending, view);
};

const ofVolume = (
  name: string,
  gate: Omit<Gate, "watch" | "deadlineMs">,
  judge: (volume: Volume, view: View) => GateValue,
): Gate => ({
  ...gate,
  deadlineMs: ANSWER_MS,
  watch: () => (view) => {
    const volume = volumeNamed(name, view);
    return volume === undefined ? { state: "unknown", value: `${name} is not watched` } : judge(volume, view);
  },
});

const bricksOnline = (name: string): Gate =>
  ofVolume(name, { id: "bricks-online", wanted: "every brick is online" }, ({ info, bricks }, view) => {
    if (info.state === "unknown") return { state: "unknown", value: info.detail };
    if (info.value.status !== "Started")
      return { state: "closed", value: `the volume is ${info.value.status}: sudo gluster volume start ${name}` };
    const seen = bricks.map((brick) => ({ at: `${brick.host}:${brick.path}`, online: fresh(brick.online, view) }));
    const off = seen.filter(({ online }) => online.state === "known" && !online.value).map(({ at }) => at);
    if (off.length > 0)
      return {
        state: "closed",
        value: `offline: ${off.join(", ")}; start them: sudo gluster volume start ${name} force`,
      };
    const dark = seen.filter(({ online }) => online.state === "unknown").map(({ at }) => at);
    if (dark.length > 0 || seen.length === 0)
      return {
        state: "unknown",
        value: dark.length > 0 ? `not known: ${dark.join(", ")}` : "its bricks are not known",
      };
    return { state: "open", value: plural(seen.length, "brick") };
  });

/** Told with the paths, and with what only a person can decide. */
const noSplitBrain = (name: string): Gate =>
  ofVolume(
    name,
    { id: "no-split-brain", wanted: "no file's copies contradict each other" },
    ({ pending, splitBrain }, view) => {
      const [counted, listed] = [fresh(pending, view), splitBrain];
      if (counted.state === "unknown") return { state: "unknown", value: counted.detail };
      if (counted.value.silentBricks > 0)
        return { state: "unknown", value: `${plural(counted.value.silentBricks, "brick")} gave no count` };
      if (counted.value.splitBrain === 0) return { state: "open", value: "none" };
      const paths = listed.state === "known" ? listed.value.paths.slice(0, 5) : [];
      const which = paths.length === 0 ? "" : `: ${paths.join(", ")}`;
      return {
        state: "closed",
        value: `${plural(counted.value.splitBrain, "file")}${which}. By hand, look at each copy below the bricks, then choose: sudo gluster volume heal ${name} split-brain latest-mtime ${paths[0] ?? "PATH"}, or source-brick HOST:BRICK PATH`,
      };
    },
  );

const selfHealOn = (name: string): Gate =>
  ofVolume(name, { id: "self-heal-on", wanted: "its self-heal is switched on" }, ({ info }) => {
    if (info.state === "unknown") return { state: "unknown", value: info.detail };
    return info.value.selfHeal
      ? { state: "open", value: "it is" }
      : { state: "closed", value: `it is off: sudo gluster volume set ${name} cluster.self-heal-daemon on` };
  });

/** A brick that gives no count may hold any number: then it is not known, and never 0. */
const nothingLeft = (name: string, deadlineMs: number): Gate => ({
  id: "healed",
  wanted: "nothing is left to heal",
  deadlineMs,
  watch: () => (view) => {
    const volume = volumeNamed(name, view);
    const pending = pendingOf(name, view);
    if (volume === undefined || pending === undefined) return { state: "unknown", value: `${name} is not watched` };
    if (pending.state === "unknown") return { state: "unknown", value: pending.detail };
    const { count, splitBrain, silentBricks } = pending.value;
    if (silentBricks > 0)
      return { state: "unknown", value: `${count} and more: ${plural(silentBricks, "brick")} gave no count` };
    if (count === 0) return { state: "open", value: "0 to heal" };
    if (splitBrain > 0 && count === splitBrain)
      return { state: "closed", value: `${plural(splitBrain, "file")} in split-brain do not heal by themselves` };
    const trend = volume.trend.state === "known" ? volume.trend.value : undefined;
    const fall = trend === undefined || trend.perSecond >= 0 ? "" : `, ${rate(-trend.perSecond)} a second fewer`;
    const stalls = trend?.direction === "steady" ? `, no fewer for ${duration(trend.notFallenMs ?? 0)}` : "";
    return {
      state: "waiting",
      value: `${count} to heal${fall}${stalls}`,
      ...(trend?.zeroInMs === undefined ? {} : { expectedMs: trend.zeroInMs }),
    };
  },
});
