import type { Story } from "../safety/stories.ts";
import type { Finding } from "../systems/finding.ts";
import { cell, type Row, type Table } from "../systems/pane.ts";

const EMPTY = "nothing wrong seen";

/**
 * All findings as a table like any other, the worst story first: each cause, and below it, set in, what it explains.
 * Notes come last, and quiet.
 */
export const findingsTable = (stories: readonly Story[]): Table => ({
  id: "findings",
  columns: [
    { id: "text", title: "what is wrong", align: "left", priority: 1, grow: true },
    { id: "subject", title: "where", align: "left", priority: 4, maxWidth: 16 },
  ],
  rows: listed(stories).map(({ id, finding, isRoot }) => ({
    ...rowOf(id, finding, isRoot ? finding.text : `  · ${finding.text}`),
  })),
  empty: EMPTY,
});

/** One line a story: what happened, and how much it explains. The whole list is a key away. */
export const storiesTable = (stories: readonly Story[]): Table => ({
  id: "stories",
  columns: [
    { id: "text", title: "what is wrong", align: "left", priority: 1, grow: true },
    { id: "explains", title: "explains", align: "right", priority: 2 },
  ],
  rows: stories.map((story): Row => {
    const row = rowOf(`${story.root.id}@${story.root.subject}`, story.root, story.root.text);
    const count = story.consequences.length;
    const explains = count === 0 ? "" : `explains ${count} more`;
    return { ...row, severity: story.severity, cells: { ...row.cells, explains: cell(explains, "dim") } };
  }),
  empty: EMPTY,
});

/** The finding in a row of the findings' table. */
export const findingInRow = (stories: readonly Story[], rowId: string): Finding | undefined =>
  listed(stories).find(({ id }) => id === rowId)?.finding;

/** How many are no more than worth knowing. */
export const notesIn = (stories: readonly Story[]): number =>
  stories.filter(({ severity }) => severity === "info").length;

interface Listed {
  readonly id: string;
  readonly finding: Finding;
  readonly isRoot: boolean;
}

const listed = (stories: readonly Story[]): readonly Listed[] => {
  // A rule may speak twice of one subject; rows must not share an id.
  const seen = new Map<string, number>();
  return stories.flatMap(({ root, consequences }) =>
    [root, ...consequences].map((finding): Listed => {
      const id = `${finding.id}@${finding.subject}`;
      const times = seen.get(id) ?? 0;
      seen.set(id, times + 1);
      return { id: times === 0 ? id : `${id}#${times}`, finding, isRoot: finding === root };
    }),
  );
};

const rowOf = (id: string, { severity, subject, host, evidence }: Finding, text: string): Row => ({
  id,
  severity,
  ...(host === undefined ? {} : { host }),
  cells: { text: cell(text, severity === "info" ? "dim" : "plain"), subject: cell(subject, "dim") },
  evidence,
});
