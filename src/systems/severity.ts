import { worstOf, type Finding, type Severity } from "./finding.ts";
import type { Reading } from "./reading.ts";

/** How a row about `subject` stands: its worst finding, or unknown when what the row rests on is not known. */
export const rowSeverity = (
  findings: readonly Finding[],
  subject: string,
  ...rests: readonly Reading<unknown>[]
): Severity =>
  worstOf([
    ...findings.filter((finding) => finding.subject === subject).map((finding) => finding.severity),
    ...rests.map((reading): Severity => (reading.state === "known" ? "ok" : "unknown")),
  ]);

/** How a whole pane stands: the worst of its findings and of its rows. */
export const paneSeverity = (
  findings: readonly Finding[],
  rows: readonly { readonly severity: Severity }[],
): Severity => worstOf([...findings, ...rows].map(({ severity }) => severity));
