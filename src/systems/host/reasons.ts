import { duration } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { disks, packageRun, vitals } from "./commands.ts";
import { disksOf } from "./disks-of.ts";
import type { HostFact, HostFacts } from "./facts-schema.ts";
import { reasonInWords } from "../unknown-words.ts";

/** The machine itself: it must answer, and must not be in the middle of an upgrade. */
export const hostReasons = ({ hosts }: HostFacts, name: string, { cluster }: Context): readonly Reason[] => {
  const fact = hosts.find(({ host }) => host === name);
  if (fact === undefined) return [];
  const others = hosts.filter(({ host }) => host !== name);
  return [ownReason(fact), ...others.flatMap((other) => fullReasons(other, cluster.thresholds.diskCritical))];
};

const ownReason = (fact: HostFact): Reason => {
  const { host: name } = fact;
  const { connection, packageRun: run } = fact;
  if (connection.state === "unknown") {
    const why = connection.reason === "pending" ? "not connected yet" : reasonInWords(connection.reason);
    return { stance: "unknown", text: `${name} cannot be asked (${why})`, evidence: [probeKey(vitals.id, name)] };
  }
  const evidence = [probeKey(packageRun.id, name)];
  if (run.state === "unknown")
    return { stance: "unknown", text: `whether packages are being changed is not known: ${run.detail}`, evidence };
  const { program, forMs } = run.value;
  return program === undefined
    ? { stance: "safe", text: "it answers, and no packages are being changed", evidence }
    : { stance: "wait", text: `until ${program} has ended; it has run for ${duration(forMs ?? 0)}`, evidence };
};

/** Whoever has no room left may be the next to go: no other is taken on top of it. */
const fullReasons = (other: HostFact, critical: number): readonly Reason[] =>
  disksOf(other)
    .filter(({ usedShare, inodesUsedShare = 0 }) => Math.max(usedShare, inodesUsedShare) >= critical)
    .map(({ mount }) => ({
      stance: "wait",
      text: `until there is room on ${other.host}'s ${mount}: what runs there may stop any moment`,
      evidence: [probeKey(disks.id, other.host)],
    }));
