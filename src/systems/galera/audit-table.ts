import { count } from "../format.ts";
import { cell, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import type { Reading } from "../reading.ts";
import { isReplicated } from "./assess-audit.ts";
import { AUDIT, auditCommand } from "./commands.ts";
import type { Audit } from "./parse-audit.ts";

/** Tables to work on; where there are none, how many were looked at, and where they were not, why. */
export const auditTable = (audit: Reading<Audit>): Table => ({
  id: "tables",
  title: "tables that Galera does not replicate, or not well",
  columns: [
    { id: "database", title: "database", align: "left", priority: 1, maxWidth: 24 },
    { id: "table", title: "table", align: "left", priority: 1, grow: true },
    { id: "engine", title: "engine", align: "left", priority: 1, maxWidth: 12 },
    { id: "key", title: "primary key", align: "left", priority: 1 },
  ],
  rows:
    audit.state === "unknown"
      ? []
      : audit.value.odd.map((each) => ({
          id: `${each.database}.${each.table}`,
          severity: isReplicated(each, audit.value) ? "info" : "warning",
          cells: {
            database: cell(each.database),
            table: cell(each.table),
            engine: cell(each.engine ?? "?", isReplicated(each, audit.value) ? "plain" : "warning"),
            key: cell(each.hasPrimaryKey ? "yes" : "none", each.hasPrimaryKey ? "plain" : "info"),
          },
          evidence: [probeKey(auditCommand.id, AUDIT)],
        })),
  empty: emptyWords(audit),
});

const emptyWords = (audit: Reading<Audit>): string => {
  if (audit.state === "unknown") return audit.reason === "pending" ? "not asked yet" : `not known: ${audit.detail}`;
  const { tables, whole } = audit.value;
  return `none of ${count(tables)}${whole ? "" : " that the account sees"}`;
};
