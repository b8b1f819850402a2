import type { Link } from "../connect/access.ts";
import type { ReadCommand } from "../connect/command.ts";
import type { Known, Sample } from "../connect/sample.ts";
import { probeKey } from "../systems/probe.ts";
import type { Samples } from "../systems/system.ts";
import { freshen, type Slot } from "./slots.ts";

/** The rooms' view of the slots at one moment. */
export const samplesAt = (slots: ReadonlyMap<string, Slot>, link: (host: string) => Link, nowMs: number): Samples => ({
  link,
  // A slot holds what this very command's parser returned: its key is the command's id, so the type is the command's.
  latest: <T, P>(command: ReadCommand<T, P>, target: string): Sample<T> => {
    const slot = slots.get(probeKey(command.id, target));
    if (slot === undefined)
      return { state: "unknown", reason: "pending", detail: "not asked in this cluster", atMs: nowMs };
    return sinceReconnected(slot, freshen(slot, nowMs), link) as Sample<T>;
  },
  history: <T, P>(command: ReadCommand<T, P>, target: string): readonly Known<T>[] =>
    (slots.get(probeKey(command.id, target))?.history ?? []) as readonly Known<T>[],
});

/** A host that has come back has not been asked yet: that it could not be is of the time before. */
const sinceReconnected = (
  { probe: { candidates } }: Slot,
  sample: Sample<unknown>,
  link: (host: string) => Link,
): Sample<unknown> => {
  const [only, other] = candidates;
  if (sample.state === "known" || sample.reason !== "unreachable" || only === undefined || other !== undefined)
    return sample;
  const { state, sinceMs } = link(only);
  if (state !== "up" || sinceMs <= sample.atMs) return sample;
  const { last, atMs } = sample;
  const detail = `${only} is back and has not answered yet`;
  return { state: "unknown", reason: "pending", detail, atMs, ...(last === undefined ? {} : { last }) };
};
