import { duration } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { running } from "./commands.ts";
import type { ShadowFacts, ShadowHost } from "./facts-schema.ts";

/** A sync must not be cut off in the middle: half of an update would stay at its target. */
export const shadowReasons = ({ hosts }: ShadowFacts, name: string): readonly Reason[] => {
  const fact = hosts.find(({ host }) => host === name);
  if (fact === undefined) return [];
  const { role, running: now } = fact;
  const evidence = [probeKey(running.id, name)];
  if (now.state === "unknown")
    return [{ stance: "unknown", text: `whether a sync runs on it is not known: ${now.detail}`, evidence }];
  const { forMs } = now.value;
  if (forMs !== undefined) {
    const expectedMs = expected(fact, forMs);
    const text = `until the sync has ended; it has run for ${duration(forMs)}`;
    return [{ stance: "wait", text, evidence, ...(expectedMs === undefined ? {} : { expectedMs }) }];
  }
  const text = role === "master" ? "no sync runs; as its master is out, no new code spreads" : "no sync runs on it";
  return [{ stance: "safe", text, evidence }];
};

/** What the last run took, less what this one has. */
const expected = ({ last }: ShadowHost, forMs: number): number | undefined => {
  if (last.state === "unknown" || last.value.finishedAtMs === undefined) return undefined;
  const leftMs = last.value.finishedAtMs - last.value.startedAtMs - forMs;
  return leftMs > 0 ? leftMs : undefined;
};
