import type { Rule } from "../rule.ts";

/** About the tables, by the audit: every hour, one member, from the table definitions alone. */
export const auditRules = [
  {
    id: "galera.not_innodb",
    severities: ["warning"],
    when: "a database has tables of another engine than InnoDB, the server's own left out; asked of one member every hour",
    source:
      "Galera documentation, Differences from a standalone server: only InnoDB is replicated; operators' reports: MyISAM tables of old sites",
    means: "what is written to them stays on the member that took the write: the members' rows differ",
    next: "compare the members' rows first, then: ALTER TABLE DATABASE.TABLE ENGINE=InnoDB",
    raise: "twice",
  },
  {
    id: "galera.no_primary_key",
    severities: ["info"],
    when: "a database has InnoDB tables without a primary key; asked of one member every hour",
    source: "Galera documentation, Differences from a standalone server: every table should have a primary key",
    means: "rows may come in another order on each member, deletes may fail, large changes are slow to apply",
    next: "add one: ALTER TABLE DATABASE.TABLE ADD PRIMARY KEY (…)",
    raise: "twice",
  },
  {
    id: "galera.tables_unseen",
    severities: ["info"],
    when: "the account sees no tables, or the audit of the tables fails",
    source: "information_schema shows an account only what it has some right to",
    means: "tables that are not replicated would not be noticed",
    next: "as an SQL administrator: GRANT REFERENCES ON *.* TO the account, as midwatch grants prints it; it reads no rows",
    raise: "twice",
  },
] as const satisfies readonly Rule[];
