import { ask } from "../connect/command.ts";
import { clearFailedJob, endJob, jobState } from "../systems/host/jobs.ts";
import type { JobOnHost } from "./job.ts";
import type { Action, Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";
import type { View } from "./view.ts";

/** Neither a failed nor a finished unit is left for the next to wonder at. */
export const tidy = ({ host, unit }: Pick<JobOnHost, "host" | "unit">): readonly Action[] => {
  const isNot =
    (unwanted: string) =>
    async (_view: View, reads: Reads): Promise<boolean | undefined> => {
      const state = await readOnce(reads, host, jobState, { unit });
      return state.ok ? state.value.state !== unwanted : undefined;
    };
  return [
    { id: `clear ${unit}`, target: host, ask: ask(clearFailedJob, { unit }), already: isNot("failed") },
    { id: `end ${unit}`, target: host, ask: ask(endJob, { unit }), onlyKnown: true, already: isNot("ended-well") },
  ];
};
