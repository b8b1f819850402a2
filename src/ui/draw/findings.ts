import type { Story } from "../../safety/stories.ts";
import { plural } from "../../systems/format.ts";
import { notesIn } from "../findings.ts";

/** `2 problems, explaining 13 · 4 notes`: how many things happened, and how many findings only follow from them. */
export const storiesSummary = (stories: readonly Story[]): string => {
  const notes = notesIn(stories);
  const problems = stories.length - notes;
  const follow = stories.reduce((sum, { consequences }) => sum + consequences.length, 0);
  const explaining = follow === 0 ? "" : `, explaining ${follow}`;
  return [problems === 0 ? "" : `${plural(problems, "problem")}${explaining}`, notes === 0 ? "" : plural(notes, "note")]
    .filter((part) => part !== "")
    .join(" · ");
};
