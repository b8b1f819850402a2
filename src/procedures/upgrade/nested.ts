import type { Choice, Step } from "../procedure.ts";

/** What can be decided wherever a gate of a rolling upgrade is not open: it never goes on by itself. */
export const LATE: readonly Choice[] = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "again", title: "this step once more, after it was put right by hand", leads: "again" },
  { id: "give-up", title: "take back what was done to this host; those before it stay as they are", leads: "undo" },
  { id: "stop", title: "stop here: midwatch journal resume goes on from here", leads: "stop" },
];

export const stepId = (host: string, id: string): string => `${host} ${id}`;

/** Steps of another procedure as part of this one, for one host: their ids, answers and titles are the host's own. */
export const nested = (host: string, steps: readonly Step[]): readonly Step[] =>
  steps.map((step) => {
    const { when } = step;
    return {
      ...step,
      id: stepId(host, step.id),
      title: step.title.includes(host) ? step.title : `${host}: ${step.title}`,
      late: step.late ?? LATE,
      ...(when === undefined ? {} : { when: (answers) => when(answersOf(host, answers)) }),
    };
  });

const answersOf = (host: string, answers: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const prefix = stepId(host, "");
  return new Map(
    [...answers].flatMap(([id, answer]): readonly (readonly [string, string])[] =>
      id.startsWith(prefix) ? [[id.slice(prefix.length), answer]] : [],
    ),
  );
};
