import type { Story } from "../../safety/stories.ts";
import { plural } from "../../systems/format.ts";
import { notesIn } from "../findings.ts";

/** `2 problems · 4 notes`: how many things happened, not how many rules speak of them. */
export const storiesSummary = (stories: readonly Story[]): string => {
  const notes = notesIn(stories);
  const problems = stories.length - notes;
  return [problems === 0 ? "" : plural(problems, "problem"), notes === 0 ? "" : plural(notes, "note")]
    .filter((part) => part !== "")
    .join(" · ");
};
