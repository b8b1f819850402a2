import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { SqlReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";
import { AUDIT_LIMIT } from "./audit-sql.ts";

/** Tables that Galera does not replicate, or not well. */
export interface Audit {
  /** Tables that the account sees, the server's own left out. */
  readonly tables: number;
  /** The account sees every database there is. */
  readonly whole: boolean;
  readonly odd: readonly OddTable[];
  /** There are more than the list holds. */
  readonly cut: boolean;
  /** Engines beside InnoDB whose writes this cluster replicates (`wsrep_mode`, experimental in MariaDB). */
  readonly alsoReplicated: readonly string[];
}

export interface OddTable {
  readonly database: string;
  readonly table: string;
  /** Absent where the server cannot say, as of a damaged table. */
  readonly engine?: string | undefined;
  readonly hasPrimaryKey: boolean;
}

/** Any of these, granted everywhere, shows every table in the information schema; USAGE, PROCESS and the like do not. */
const SHOWING = new Set([
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "CREATE",
  "DROP",
  "REFERENCES",
  "INDEX",
  "ALTER",
  "CREATE VIEW",
  "SHOW VIEW",
  "TRIGGER",
]);

/** `REFERENCES` shows what tables there are and reads none of them. */
export const AUDIT_GRANT = "REFERENCES ON *.*";

export const parseAudit = (reply: SqlReply): Parsed<Audit> => {
  const of = (kind: string) => reply.rows.filter((row) => row["kind"] === kind);
  const tables = wholeNumber(of("tables")[0]?.["value"] ?? undefined);
  if (tables === undefined) return unreadable("the number of tables was not returned");
  const whole = of("right").some(({ name }) => SHOWING.has(name ?? ""));
  if (tables === 0 && !whole)
    return notParsed(
      "privilege",
      "the account sees no tables: whether there are any is not known",
      `as an SQL administrator: GRANT ${AUDIT_GRANT} TO this account (it reads no rows)`,
    );
  const found = of("table");
  const settings = new Map(of("setting").map(({ name, value }) => [(name ?? "").toLowerCase(), value ?? ""]));
  return parsed({
    tables,
    whole,
    odd: found.map(({ db, name, value, keyed }) => ({
      database: shortText(db ?? "", 64),
      table: shortText(name ?? "", 64),
      engine: value === null || value === undefined || value === "" ? undefined : shortText(value, 32),
      hasPrimaryKey: Number(keyed) > 0,
    })),
    cut: found.length >= AUDIT_LIMIT,
    alsoReplicated: alsoReplicated(settings),
  });
};

const alsoReplicated = (settings: ReadonlyMap<string, string>): readonly string[] => {
  const mode = (settings.get("wsrep_mode") ?? "").toUpperCase().split(",");
  return [
    ...(mode.includes("REPLICATE_MYISAM") || settings.get("wsrep_replicate_myisam") === "ON" ? ["MyISAM"] : []),
    ...(mode.includes("REPLICATE_ARIA") ? ["Aria"] : []),
  ];
};
