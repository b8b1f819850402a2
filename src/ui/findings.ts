import type { Story } from "../safety/stories.ts";
import type { Finding } from "../systems/finding.ts";
import { cell, type Row, type Table } from "../systems/pane.ts";
import { SEVERITY_WORD } from "./theme.ts";

/**
 * All findings as a table like any other, the worst story first: each cause, and below it, set in, what it explains.
 */
export const findingsTable = (stories: readonly Story[]): Table => ({
  id: "findings",
  columns: [
    { id: "text", title: "what is wrong", align: "left", priority: 1, grow: true },
    // Too long for a column: it shows below the list, for the row under the cursor, as the last ones do.
    { id: "next", title: "next", align: "left", priority: NEVER, maxWidth: BELOW },
    { id: "subject", title: "where", align: "left", priority: 4, maxWidth: 16 },
    { id: "severity", title: "how bad", align: "left", priority: NEVER, maxWidth: BELOW },
    { id: "id", title: "rule", align: "left", priority: NEVER, maxWidth: BELOW },
  ],
  rows: uniquely(
    stories.flatMap(({ root, consequences }) => [
      root,
      ...consequences.map((finding): Finding => ({ ...finding, text: `  · ${finding.text}` })),
    ]),
  ).map(([id, finding]) => rowOf(id, finding)),
  empty: "nothing wrong seen",
});

const NEVER = 99;
const BELOW = 10_000;

const rowOf = (id: string, { severity, text, subject, host, next, evidence, id: rule }: Finding): Row => ({
  id,
  severity,
  ...(host === undefined ? {} : { host }),
  cells: {
    severity: cell(SEVERITY_WORD[severity], severity),
    text: cell(text),
    subject: cell(subject),
    ...(next === undefined ? {} : { next: cell(next) }),
    id: cell(rule, "dim"),
  },
  evidence,
});

// A rule may speak twice of one subject; rows must not share an id.
const uniquely = (findings: readonly Finding[]): readonly (readonly [string, Finding])[] => {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const id = `${finding.id}@${finding.subject}`;
    const times = seen.get(id) ?? 0;
    seen.set(id, times + 1);
    return [times === 0 ? id : `${id}#${times}`, finding];
  });
};
