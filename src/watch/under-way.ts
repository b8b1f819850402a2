import { cleanLine } from "../connect/clean.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { lockKeys, lookAtLock } from "../record/lock-commands.ts";
import { readNote, type LockNote } from "../record/lock-note.ts";
import { readLockValue, type LockValue } from "../record/lock-value.ts";
import type { SystemReason } from "../safety/verdict.ts";
import { probe, probeKey, type Probe } from "../systems/probe.ts";
import type { Context } from "../systems/system.ts";

/** Who is at the cluster, from wherever they are: asked of the lock's Redis in the call that asks it how it is. */
export const lockProbes = ({ name, lockRedis, intervals }: Cluster): readonly Probe[] =>
  lockRedis === undefined ? [] : [probe(lookAtLock, lockRedis, { keys: lockKeys(name) }, intervals.fastMs)];

/**
 * What a procedure under way says about taking any host: nobody begins a second one beside it, and what it does to one
 * host may be what another host leans on. The procedure itself does not ask this (procedures/verdict-gate.ts). Pure.
 */
export const underWayReason = ({ cluster, samples }: Pick<Context, "cluster" | "samples">): SystemReason => {
  const { lockRedis } = cluster;
  if (lockRedis === undefined)
    return said("safe", "the inventory has no Redis for a lock: whether others are at it is not seen");
  const evidence = [probeKey(lookAtLock.id, lockRedis)];
  const sample = samples.latest(lookAtLock, lockRedis);
  if (sample.state === "unknown") {
    const { detail, fix } = sample;
    const way = fix === undefined ? "" : `; ${fix}`;
    return said("unknown", `whether a procedure is under way is not known: ${detail}${way}`, evidence);
  }
  const { holder, unfinished } = sample.value;
  const note = unfinished === undefined ? undefined : readNote(unfinished);
  if (holder !== undefined) return said("wait", runningWords(readLockValue(holder), note), evidence);
  if (note !== undefined) {
    const who = `${note.operator} on ${note.machine}`;
    return said("wait", `until ${note.title} is resumed or taken back: ${who} left it${stepWords(note)}`, evidence);
  }
  return unfinished === undefined
    ? said("safe", "no procedure is under way", evidence)
    : said("unknown", "what stands beside the cluster's lock cannot be read: another midwatch wrote it", evidence);
};

/**
 * The procedure that runs, by its title, where its present step or the whole of it is about this host: what stands still
 * there is most likely its doing. Undefined when none runs, or nobody knows.
 */
export const atWorkOn = (
  { cluster: { lockRedis }, samples }: Pick<Context, "cluster" | "samples">,
  host: string,
): string | undefined => {
  const sample = lockRedis === undefined ? undefined : samples.latest(lookAtLock, lockRedis);
  if (sample?.state !== "known" || sample.value.holder === undefined) return undefined;
  const held = readLockValue(sample.value.holder);
  const note = sample.value.unfinished === undefined ? undefined : readNote(sample.value.unfinished);
  if (held === undefined || note?.procedure !== held.procedure) return undefined;
  const isHere = note.step.startsWith(`${host} `) || note.title.endsWith(` of ${host}`);
  return isHere ? cleanLine(note.title) : undefined;
};

const runningWords = (held: LockValue | undefined, note: LockNote | undefined): string => {
  if (held === undefined) return "until the cluster's lock is free: somebody has it";
  // What an earlier procedure left may stand there until the one that begins has said what it is.
  const own = note?.procedure === held.procedure ? note : undefined;
  const step = own === undefined ? "" : stepWords(own);
  return `until ${own?.title ?? held.procedure} has ended: ${held.operator} on ${held.machine} runs it${step}`;
};

const stepWords = ({ essentials }: LockNote): string => {
  const at = essentials?.at;
  return at === undefined ? "" : `, at step ${at.number} of ${at.of} (${at.title})`;
};

const said = (stance: SystemReason["stance"], text: string, evidence: readonly string[] = []): SystemReason => ({
  system: "midwatch",
  stance,
  text: cleanLine(text),
  evidence,
});
