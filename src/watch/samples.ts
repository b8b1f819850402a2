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
    return freshen(slot, nowMs) as Sample<T>;
  },
  history: <T, P>(command: ReadCommand<T, P>, target: string): readonly Known<T>[] =>
    (slots.get(probeKey(command.id, target))?.history ?? []) as readonly Known<T>[],
});
