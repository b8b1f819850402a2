import stringWidth from "string-width";
import type { Severity } from "../systems/finding.ts";
import type { Row, Table } from "../systems/pane.ts";
import type { Picture } from "../watch/picture.ts";

/** Words, not symbols: these lines are read by grep, by screen readers and on terminals that know nothing. */
export const WORD: Readonly<Record<Severity, string>> = {
  ok: "OK",
  info: "INFO",
  warning: "WARNING",
  unknown: "UNKNOWN",
  critical: "CRITICAL",
};

/** The picture as plain lines: what is wrong, the hosts, a line per system, every finding with its next step. */
export const statusText = (picture: Picture): string => {
  const hosts = picture.systems.find((system) => system.id === "host")?.pane.tables[0];
  const lines = [
    `midwatch · ${picture.cluster.name}${picture.cluster.demo ? " · DEMO" : ""} · ${new Date(picture.nowMs).toISOString()}`,
    `${WORD[picture.overall]}  ${picture.headline}`,
    ...(picture.sites === undefined ? [] : [`  ${picture.sites.text}`]),
    ...(picture.next === undefined ? [] : [`  next: ${picture.next}`]),
    "",
    ...(hosts === undefined ? [] : [...tableText(hosts), ""]),
    ...picture.hosts.flatMap(({ name, link }) => (link.state === "down" ? [`  ${name}: ${link.detail}`, ""] : [])),
    ...columns(
      picture.systems.map(({ id, pane }) => [id, WORD[pane.severity], pane.summary.map((part) => part.text).join("")]),
    ),
  ];
  if (picture.findings.length > 0) {
    lines.push("", "findings");
    for (const finding of picture.findings) {
      lines.push(`  ${WORD[finding.severity]}  ${finding.text}  [${finding.id}]`);
      if (finding.next !== undefined) lines.push(`    next: ${finding.next}`);
    }
  }
  return `${lines.join("\n")}\n`;
};

const tableText = (table: Table): readonly string[] =>
  columns([
    ["", ...table.columns.map((column) => column.title)],
    ...table.rows.map((row: Row) => [
      WORD[row.severity],
      ...table.columns.map((column) => row.cells[column.id]?.text ?? ""),
    ]),
  ]);

/** Rows of cells as lines whose columns stand below each other, two spaces between them. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, text] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, stringWidth(text));
  return rows.map((row) =>
    `  ${row.map((text, i) => text + " ".repeat((widths[i] ?? 0) - stringWidth(text))).join("  ")}`.trimEnd(),
  );
};
