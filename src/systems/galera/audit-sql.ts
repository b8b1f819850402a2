import type { GaleraConfig } from "../../inventory/cluster.ts";

/** Tables told of at most; an audit is a list to work off, not a catalogue. */
export const AUDIT_LIMIT = 200;

/** What the servers keep for themselves, in engines of their own. */
const OWN = "('information_schema','mysql','performance_schema','sys')";

/**
 * The engine of every table and whether it has a primary key: from its definition file alone (`Open_frm_only` by EXPLAIN
 * on MariaDB; MySQL 8 has a dictionary), so that no table is opened. Statistics of keys in place of TABLE_CONSTRAINTS,
 * which opens every table there is.
 */
const TABLES = [
  "SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name, ENGINE AS engine, 0 AS keyed FROM information_schema.TABLES",
  `WHERE TABLE_TYPE IN ('BASE TABLE','SYSTEM VERSIONED') AND TABLE_SCHEMA NOT IN ${OWN}`,
  "UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, NULL, 1 FROM information_schema.STATISTICS",
  `WHERE INDEX_NAME='PRIMARY' AND TABLE_SCHEMA NOT IN ${OWN}`,
].join(" ");

/**
 * The member's other questions wait behind this one, on the same connection: the server ends it before they are late.
 */
const BOUNDED: Readonly<Record<GaleraConfig["flavour"], readonly [before: string, hint: string]>> = {
  mariadb: ["SET STATEMENT max_statement_time=2 FOR ", ""],
  percona: ["", "/*+ MAX_EXECUTION_TIME(2000) */ "],
};

const VARIABLES: Readonly<Record<GaleraConfig["flavour"], string>> = {
  mariadb: "information_schema.GLOBAL_VARIABLES",
  percona: "performance_schema.global_variables",
};

/**
 * Rows of `kind`: `table` (not InnoDB, or without a primary key), `tables` (how many the account sees), `right` (what it
 * is granted everywhere, since an account without any right sees no tables and no error), `setting`.
 */
export const auditSql = (flavour: GaleraConfig["flavour"]): string => {
  const [before, hint] = BOUNDED[flavour];
  return [
    `${before}SELECT ${hint}'tables' AS kind, '' AS db, '' AS name, COUNT(*) AS value, 0 AS keyed FROM information_schema.TABLES`,
    `WHERE TABLE_TYPE IN ('BASE TABLE','SYSTEM VERSIONED') AND TABLE_SCHEMA NOT IN ${OWN}`,
    "UNION ALL SELECT 'right', '', PRIVILEGE_TYPE, '', 0 FROM information_schema.USER_PRIVILEGES",
    "WHERE GRANTEE=CONCAT('''',SUBSTRING_INDEX(CURRENT_USER(),'@',1),'''@''',SUBSTRING_INDEX(CURRENT_USER(),'@',-1),'''')",
    `UNION ALL SELECT 'setting', '', VARIABLE_NAME, VARIABLE_VALUE, 0 FROM ${VARIABLES[flavour]}`,
    "WHERE VARIABLE_NAME IN ('wsrep_mode','wsrep_replicate_myisam')",
    `UNION ALL (SELECT 'table', db, name, MAX(engine), MAX(keyed) FROM (${TABLES}) AS found`,
    `GROUP BY db, name HAVING MAX(keyed)=0 OR MAX(engine)<>'InnoDB' ORDER BY db, name LIMIT ${AUDIT_LIMIT})`,
  ].join(" ");
};
