import type { ShadowConfig } from "../inventory/cluster.ts";
import { count, duration } from "../systems/format.ts";
import { glusterFactsSchema } from "../systems/gluster/schema.ts";
import { hostFactsSchema } from "../systems/host/facts-schema.ts";
import type { Reading } from "../systems/reading.ts";
import { lastRun } from "../systems/shadow/commands.ts";
import { shadowFactsSchema, type ShadowHost } from "../systems/shadow/facts-schema.ts";
import { jobEnded, type JobOnHost } from "./job.ts";
import { lookingGate } from "./looking-gate.ts";
import type { Gate, GateValue, Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";
import { countsAt, countsText } from "./shadow-sync-counts.ts";
import { factsOf, fresh, type View } from "./view.ts";

const LOOK_MS = 30_000;
/** Gluster's own questions are put every ten seconds and may take as long. */
const HEAL_MS = 60_000;
const RUN_MS = 600_000;
/** rsync walks both trees, as nice as can be. */
const COUNT_MS = 150_000;
const EVERY_MS = 3_000;

export const shadowHost = (host: string, view: View): ShadowHost | undefined =>
  factsOf(view, "shadow", shadowFactsSchema)?.hosts.find((each) => each.host === host);

type Said = Pick<GateValue, "state" | "value">;

/** One word for several hosts: what is shut or not known comes before what is waited for, and that before all well. */
const ofAll = (hosts: readonly string[], look: (host: string) => Said, well: string): GateValue => {
  const said = hosts.map((host) => ({ host, ...look(host) }));
  for (const state of ["closed", "unknown", "waiting"] as const) {
    const some = said.filter((each) => each.state === state);
    if (some.length > 0) return { state, value: some.map(({ host, value }) => `${host}: ${value}`).join("; ") };
  }
  return { state: "open", value: well };
};

const judged = <T>(reading: Reading<T> | undefined, view: View, judge: (value: T) => Said): Said => {
  if (reading === undefined) return { state: "unknown", value: "not watched" };
  const now = fresh(reading, view);
  return now.state === "unknown" ? { state: "unknown", value: now.detail } : judge(now.value);
};

/** The type of what is mounted counts, not the path: a plain directory takes the copy as well, onto the local disk. */
export const targetsMounted = (hosts: readonly string[], { target }: ShadowConfig): Gate => ({
  id: "mounted",
  wanted: `${target} is the volume it should be`,
  deadlineMs: LOOK_MS,
  watch: () => (view) =>
    ofAll(
      hosts,
      (host) =>
        judged(shadowHost(host, view)?.target, view, (at) =>
          at.right
            ? { state: "open", value: "" }
            : { state: "closed", value: `${at.type ?? "nothing is mounted there"}, not ${at.wanted}` },
        ),
      "by its type, on every host concerned",
    ),
});

export const noSyncRuns = (hosts: readonly string[]): Gate => ({
  id: "not-running",
  wanted: "no sync runs",
  deadlineMs: RUN_MS,
  watch: () => (view) =>
    ofAll(
      hosts,
      (host) =>
        judged(shadowHost(host, view)?.running, view, ({ forMs }) =>
          forMs === undefined
            ? { state: "open", value: "" }
            : { state: "waiting", value: `has run for ${duration(forMs)}` },
        ),
      "none does",
    ),
});

/** A copy over files that are still being healed spreads the older ones. */
export const nothingToHeal = (volume: string): Gate => ({
  id: "healed",
  wanted: `${volume} has nothing to heal`,
  deadlineMs: HEAL_MS,
  watch: () => (view) => {
    const found = factsOf(view, "gluster", glusterFactsSchema)?.volumes.find(({ name }) => name === volume);
    return judged(found?.pending, view, ({ count: entries, silentBricks }) => {
      if (entries > 0) return { state: "waiting", value: `${count(entries)} to heal` };
      return silentBricks === 0
        ? { state: "open", value: "0 to heal" }
        : { state: "unknown", value: `${count(silentBricks)} of its bricks do not say` };
    });
  },
});

export const noUpgradeRuns = (hosts: readonly string[]): Gate => ({
  id: "no-upgrade",
  wanted: "no package manager is at work",
  deadlineMs: HEAL_MS,
  watch: () => (view) => {
    const facts = factsOf(view, "host", hostFactsSchema);
    return ofAll(
      hosts,
      (host) =>
        judged(facts?.hosts.find((each) => each.host === host)?.packageRun, view, ({ program }) =>
          program === undefined ? { state: "open", value: "" } : { state: "waiting", value: `${program} runs` },
        ),
      "none is",
    );
  },
});

const counting = (
  gate: Omit<Gate, "watch" | "deadlineMs">,
  host: string,
  shadow: ShadowConfig,
  judge: (changes: number, deletions: number, text: string) => GateValue,
): Gate =>
  lookingGate({
    ...gate,
    deadlineMs: COUNT_MS,
    everyMs: EVERY_MS,
    look: async (reads) => {
      const counts = await countsAt(host, shadow, reads);
      return counts.ok
        ? judge(counts.value.changes, counts.value.deletions, countsText(counts.value))
        : { state: "unknown", value: counts.problem };
    },
  });

/** Never more than was counted and, above the limit, typed. */
export const deletesAtMost = (host: string, allowed: number, shadow: ShadowConfig): Gate =>
  counting(
    { id: `counted ${host}`, wanted: `a dry run on ${host} would delete at most ${count(allowed)}` },
    host,
    shadow,
    (_changes, deletions, text) => ({ state: deletions <= allowed ? "open" : "closed", value: text }),
  );

export const nothingDiffers = (host: string, shadow: ShadowConfig): Gate =>
  counting({ id: `alike ${host}`, wanted: `nothing differs on ${host}` }, host, shadow, (changes, deletions, text) =>
    changes + deletions === 0
      ? { state: "open", value: "0 to change, 0 to delete" }
      : { state: "waiting", value: text },
  );

/** Its own number is what must be typed: whoever has not read it cannot. */
export const deletionsTyped = (deletions: number, limit: number, where: string): Gate => ({
  id: "deletions",
  wanted: `at most ${count(limit)} deletions, or their number typed`,
  deadlineMs: 0,
  overridable: String(deletions),
  watch: () => () => ({ state: "closed", value: `${count(deletions)} files would be deleted (${where})` }),
});

/**
 * As the job's own gate, with the script's word on how its run ended: paused is no failure by its exit code, and a
 * master that could not call a sub-server has done its own part, which is all this waits for.
 */
export const runEnded = (job: JobOnHost, state: string): Gate => {
  const gate = jobEnded(job);
  return {
    ...gate,
    watch: (reads) => {
      const look = gate.watch(reads);
      let verdict: GateValue | undefined;
      let asked = false;
      return (view) => {
        const now = look(view);
        if (now.state !== "open" && now.state !== "closed") return now;
        if (!asked) {
          asked = true;
          void byRecord(now, job, state, reads).then((said) => (verdict = said));
        }
        return verdict ?? { ...now, state: "waiting", value: `${now.value}; its record is being read` };
      };
    },
  };
};

const byRecord = async (now: GateValue, job: JobOnHost, state: string, reads: Reads): Promise<GateValue> => {
  const record = await readOnce(reads, job.host, lastRun, { state });
  if (!record.ok)
    return now.state === "closed" ? now : { ...now, state: "unknown", value: record.problem, hopeless: true };
  const { result, reason, changed, deleted } = record.value;
  const why = reason === undefined ? "" : `: ${reason}`;
  if (result === "paused") return { ...now, state: "closed", value: `the sync is paused${why}` };
  if (now.state === "closed") {
    const value = `${now.value}${why}`;
    return (await job.isDone?.(reads)) === true
      ? { ...now, state: "open", value: `${value}; nothing differs here all the same` }
      : { ...now, value };
  }
  const figures = changed === undefined ? "" : `: ${count(changed)} changed, ${count(deleted ?? 0)} deleted`;
  return { ...now, value: `${now.value}${figures}` };
};
