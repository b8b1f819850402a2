import type { SystemReason } from "../safety/verdict.ts";
import { duration } from "../systems/format.ts";
import { cell, type Column, type Row, type Table } from "../systems/pane.ts";
import type { Picture, SystemPicture } from "../watch/picture.ts";
import type { ListTable } from "./columns.ts";
import { findingsTable } from "./findings.ts";
import { STANCE_SEVERITY, STANCE_WIDTH, STANCE_WORD } from "./stance.ts";
import { withoutName } from "./verdict-cells.ts";

/**
 * What a host's page lists: every system's reason, the decisive first; what is wrong with it; what runs on it; and what
 * others say beside what it says itself, sooner where they contradict each other.
 */
export const hostTables = (
  { hosts, stories, systems }: Pick<Picture, "hosts" | "stories" | "systems">,
  name: string,
): readonly ListTable[] => {
  const host = hosts.find((each) => each.name === name);
  if (host === undefined) return [];
  const naming = stories
    .flatMap(({ root, consequences }) => [root, ...consequences])
    .filter((finding) => finding.host === name)
    .map((root) => ({ root, severity: root.severity, consequences: [] }));
  const compared = systems
    .flatMap(({ pane }) => pane.more ?? [])
    .filter(({ compares, rows }) => compares === true && rows.some((row) => row.host === name));
  return [
    reasonsTable(host.verdict.reasons, name),
    { ...findingsTable(naming), title: "what is wrong with it", empty: "nothing wrong seen on it" },
    ...compared.filter(differs),
    statesTable(systems, name),
    ...compared.filter((table) => !differs(table)),
  ];
};

const differs = ({ rows }: Table): boolean => rows.some(({ severity }) => severity === "critical");

const EXPECTED: Column = { id: "expected", title: "in about", align: "right", priority: 2 };

const reasonsTable = (reasons: readonly SystemReason[], name: string): Table => ({
  id: "reasons",
  columns: [
    { id: "verdict", title: "take out?", align: "left", priority: 1, maxWidth: STANCE_WIDTH },
    { id: "system", title: "system", align: "left", priority: 1 },
    { id: "why", title: "why", align: "left", priority: 1, grow: true },
    // No room is spent on it where nothing is waited for.
    ...(reasons.some(({ expectedMs }) => expectedMs !== undefined) ? [EXPECTED] : []),
  ],
  rows: reasons.map(({ system, stance, text, expectedMs, evidence }, i): Row => {
    const severity = STANCE_SEVERITY[stance];
    return {
      // A system may have several reasons; the place tells them apart while their text moves.
      id: numbered(system, reasons.slice(0, i).filter((each) => each.system === system).length),
      severity,
      host: name,
      cells: {
        verdict: cell(STANCE_WORD[stance], severity),
        system: cell(system),
        why: cell(withoutName(text, name)),
        expected: cell(expectedMs === undefined ? "" : duration(expectedMs)),
      },
      evidence,
    };
  }),
  empty: "no system has said anything about it yet",
});

const numbered = (name: string, before: number): string => (before === 0 ? name : `${name} ${before + 1}`);

const statesTable = (systems: readonly SystemPicture[], name: string): Table => ({
  id: "states",
  title: "what runs on it",
  columns: [
    { id: "system", title: "system", align: "left", priority: 1 },
    { id: "what", title: "what", align: "left", priority: 2, maxWidth: 24 },
    { id: "state", title: "state", align: "left", priority: 1, grow: true },
  ],
  rows: systems.flatMap(({ id, pane }) =>
    pane.tables.flatMap((table) =>
      table.rows
        .filter((row) => row.host === name)
        .map((row): Row => ({
          id: `${id} ${table.id} ${row.id}`,
          severity: row.severity === "info" ? "ok" : row.severity,
          host: name,
          cells: { system: cell(id), what: cell(row.id === name ? "" : row.id), state: cell(inWords(table, row)) },
          evidence: row.evidence,
        })),
    ),
  ),
  empty: "nothing that is watched",
});

/** A row of any table in one line: texts as they are, figures with their titles, what is most needed first. */
const inWords = ({ columns }: Table, row: Row): string =>
  columns
    .filter(({ priority, grow }, i) => i > 0 && (grow === true || priority < SELDOM))
    .toSorted((a, b) => Number(b.grow === true) - Number(a.grow === true))
    .flatMap(({ id, title, align }): readonly string[] => {
      const text = row.cells[id]?.text ?? "";
      if (NOTHING.has(text) || text === row.id) return [];
      return [align === "right" ? `${title} ${text}` : text];
    })
    .join(" · ");

/** Cells without a word to say: the row's sign says already what is not known. */
const NOTHING: ReadonlySet<string> = new Set(["", "-", "?", "…"]);

/** Columns that even their own pane shows on wide screens only. */
const SELDOM = 5;
