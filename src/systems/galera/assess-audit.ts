import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reading } from "../reading.ts";
import { AUDIT, auditCommand } from "./commands.ts";
import type { Audit, OddTable } from "./parse-audit.ts";
import type { GaleraFinding } from "./rules.ts";

/** Named in one line; the pane has the whole list. */
const NAMED = 4;
/** Databases with a line of their own; a server of many sites may have hundreds. */
const DATABASES = 5;

/** Tables whose writes do not reach the other members, or not safely, a line for each database. */
export const assessAudit = (audit: Reading<Audit>): readonly GaleraFinding[] => {
  if (audit.state === "unknown") return unseen(audit);
  const { odd, cut } = audit.value;
  const astray = odd.filter((each) => !isReplicated(each, audit.value));
  const keyless = odd.filter((each) => isReplicated(each, audit.value) && !each.hasPrimaryKey);
  return [
    ...byDatabase(astray).map(([database, tables]) => notInnodb(database, tables, cut)),
    ...byDatabase(keyless).map(([database, tables]) => withoutKey(database, tables, cut)),
  ];
};

/** That no member answers is said of the members; here it matters only what the account may see. */
const unseen = (audit: Extract<Reading<Audit>, { state: "unknown" }>): readonly GaleraFinding[] =>
  audit.reason === "privilege" || audit.reason === "failed" || audit.reason === "unreadable"
    ? [
        {
          id: "galera.tables_unseen",
          severity: "info",
          subject: "tables",
          text: `Whether all tables are InnoDB and have a primary key is not known: ${audit.detail}`,
          next: audit.fix ?? "see the evidence (e) for what was answered",
          evidence: EVIDENCE,
        },
      ]
    : [];

const EVIDENCE = [probeKey(auditCommand.id, AUDIT)];

export const isReplicated = ({ engine }: OddTable, { alsoReplicated }: Audit): boolean =>
  engine === undefined || engine === "InnoDB" || alsoReplicated.includes(engine);

const byDatabase = (tables: readonly OddTable[]): readonly (readonly [string, readonly OddTable[]])[] => {
  const groups = [...Map.groupBy(tables, ({ database }) => database)];
  if (groups.length <= DATABASES) return groups;
  const own = groups.slice(0, DATABASES - 1);
  const rest = groups.slice(DATABASES - 1);
  return [...own, [`${rest.length} more databases`, rest.flatMap(([, each]) => each)]];
};

const notInnodb = (database: string, tables: readonly OddTable[], cut: boolean): GaleraFinding => {
  const [first] = tables;
  const list = named(tables, ({ table, engine }) => `${table} ${engine ?? ""}`);
  return {
    id: "galera.not_innodb",
    severity: "warning",
    subject: `tables of ${database}`,
    text: `${tablesOf(database, tables, cut)} not replicated by Galera: ${list}`,
    next: `compare the members' rows first, then: ALTER TABLE ${first?.database}.${first?.table} ENGINE=InnoDB`,
    evidence: EVIDENCE,
  };
};

const withoutKey = (database: string, tables: readonly OddTable[], cut: boolean): GaleraFinding => {
  const [first] = tables;
  return {
    id: "galera.no_primary_key",
    severity: "info",
    subject: `keys of ${database}`,
    text: `${tablesOf(database, tables, cut)} without a primary key: ${named(tables, ({ table }) => table)}`,
    next: `add one: ALTER TABLE ${first?.database}.${first?.table} ADD PRIMARY KEY (…)`,
    evidence: EVIDENCE,
  };
};

const tablesOf = (database: string, tables: readonly OddTable[], cut: boolean): string =>
  `${plural(tables.length, "table")}${cut ? " or more" : ""} of ${database} ${tables.length === 1 ? "is" : "are"}`;

const named = (tables: readonly OddTable[], name: (table: OddTable) => string): string =>
  `${tables.slice(0, NAMED).map(name).join(", ")}${tables.length > NAMED ? ", …" : ""}`;
