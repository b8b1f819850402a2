/** The shop's tables, as its own lab has them: InnoDB, each with a primary key. */
const TABLES = [
  { database: "shop", name: "orders", engine: "InnoDB", hasPrimaryKey: true },
  { database: "shop", name: "products", engine: "InnoDB", hasPrimaryKey: true },
] as const;

/** What the account is granted everywhere. */
const RIGHTS = ["REFERENCES"] as const;

export interface TableRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const COLUMNS = ["kind", "db", "name", "value", "keyed"] as const;

/**
 * The one question that is asked of the tables, known by the schema it reads: an interpreter of joins and groups would
 * be another database. Undefined for any other statement.
 */
export const answerTables = (sql: string): TableRows | undefined => {
  if (!/ from information_schema\.tables /i.test(sql) || !/'tables' as kind/i.test(sql)) return undefined;
  const odd = TABLES.filter(({ engine, hasPrimaryKey }) => engine !== "InnoDB" || !hasPrimaryKey);
  return {
    columns: COLUMNS,
    rows: [
      ["tables", "", "", String(TABLES.length), "0"],
      ...RIGHTS.map((right) => ["right", "", right, "", "0"]),
      ["setting", "", "WSREP_MODE", "", "0"],
      ...odd.map(({ database, name, engine, hasPrimaryKey }) => [
        "table",
        database,
        name,
        engine,
        hasPrimaryKey ? "1" : "0",
      ]),
    ],
  };
};
