import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SqlReply } from "../../../src/connect/reply.ts";
import { AUDIT_LIMIT, auditSql } from "../../../src/systems/galera/audit-sql.ts";
import { galera } from "../../../src/systems/galera/index.ts";
import { parseAudit } from "../../../src/systems/galera/parse-audit.ts";
import { anyText, AT_MS, HARMFUL, lines, lookAt, noReply, textsIn } from "../kit.ts";

type Row = readonly [kind: string, db: string, name: string, value: string | null, keyed: string];

const reply = (...rows: readonly Row[]): SqlReply => ({
  kind: "sql",
  rows: rows.map(([kind, db, name, value, keyed]) => ({ kind, db, name, value, keyed })),
  sentAtMs: AT_MS - 2,
  receivedAtMs: AT_MS,
});

/** As MariaDB 10.11 answered, for an account with REFERENCES ON *.*. */
const SEEN: readonly Row[] = [
  ["tables", "", "", "4", "0"],
  ["right", "", "REFERENCES", "", "0"],
  ["setting", "", "WSREP_MODE", "", "0"],
];
const MYISAM: Row = ["table", "blog", "hits", "MyISAM", "1"];
const KEYLESS: Row = ["table", "shop", "log", "InnoDB", "0"];

const look = (...rows: readonly Row[]) => lookAt(galera, { "galera.audit@tables": reply(...rows) });
const said = (...rows: readonly Row[]) =>
  look(...rows).findings.map(({ id, severity, text }) => `${severity} ${id}: ${text}`);

describe("the audit of the tables", () => {
  test("finds nothing where all are InnoDB with a key, and says how many there are", () => {
    const { findings, pane } = look(...SEEN);
    expect(findings).toEqual([]);
    expect(pane.more?.[1]).toMatchObject({ rows: [], empty: "none of 4" });
  });

  test("names what is not replicated, by database, and what has no key", () => {
    const { findings, pane } = look(...SEEN, MYISAM, ["table", "blog", "stats", "Aria", "0"], KEYLESS);
    expect(findings.map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
      "warning: 2 tables of blog are not replicated by Galera: hits MyISAM, stats Aria",
      "info: 1 table of shop is without a primary key: log",
    ]);
    expect(findings[0]?.next).toBe("compare the members' rows first, then: ALTER TABLE blog.hits ENGINE=InnoDB");
    expect(lines(pane.more?.[1])).toEqual([
      "database | table | engine | primary key",
      "blog | hits | MyISAM | yes",
      "blog | stats | Aria | none",
      "shop | log | InnoDB | none",
    ]);
  });

  test("does not call replicated what is not, nor unreplicated what is", () => {
    const replicating: Row = ["setting", "", "WSREP_MODE", "STRICT_REPLICATION,REPLICATE_MYISAM", "0"];
    expect(said(...SEEN.slice(0, 2), replicating, MYISAM)).toEqual([]);
    expect(said(...SEEN.slice(0, 2), replicating, ["table", "blog", "x", "Aria", "1"])).toHaveLength(1);
    expect(said(...SEEN.slice(0, 2), ["setting", "", "WSREP_REPLICATE_MYISAM", "ON", "0"], MYISAM)).toEqual([]);
  });

  test("stays short for a server of many sites", () => {
    const many = Array.from({ length: 12 }, (_, i): Row => ["table", `site${i}`, "hits", "MyISAM", "1"]);
    const texts = said(...SEEN, ...many);
    expect(texts).toHaveLength(5);
    expect(texts[4]).toContain("8 tables of 8 more databases are not replicated");
    const wide = Array.from({ length: AUDIT_LIMIT }, (_, i): Row => ["table", "blog", `t${i}`, "MyISAM", "1"]);
    expect(said(...SEEN, ...wide)[0]).toMatch(
      /200 tables or more of blog .*: t0 MyISAM, t1 MyISAM, t2 MyISAM, t3 MyISAM, …$/,
    );
  });

  test("an account that sees nothing does not know, and is told what it lacks", () => {
    const { facts, findings, pane } = look(["tables", "", "", "0", "0"], ["right", "", "USAGE", "", "0"]);
    expect(facts.audit).toMatchObject({ state: "unknown", reason: "privilege" });
    expect(findings).toMatchObject([{ id: "galera.tables_unseen", severity: "info" }]);
    expect(findings[0]?.next).toContain("GRANT REFERENCES ON *.* TO this account");
    expect(pane.more?.[1]?.empty).toContain("not known: the account sees no tables");
  });

  test("a cluster without tables is known to have none, where the account would see them", () => {
    expect(look(["tables", "", "", "0", "0"], ["right", "", "SELECT", "", "0"]).facts.audit).toMatchObject({
      value: { tables: 0, whole: true },
    });
  });

  test("that no member answers is said elsewhere", () => {
    expect(lookAt(galera, { "galera.audit@tables": noReply("timeout") }).findings).toEqual([]);
  });

  test("is asked of one member, of the writer last, and what it needs is in the catalogue", () => {
    const probe = look(...SEEN).probes.find(({ key }) => key === "galera.audit@tables");
    expect(probe).toMatchObject({ candidates: ["web3", "web2", "web1"], everyMs: 3_600_000 });
    expect(probe?.ask.privilege).toEqual({ need: "sql", grants: ["REFERENCES ON *.*"] });
    for (const flavour of ["mariadb", "percona"] as const) expect(auditSql(flavour)).toMatch(/2(000)?\b.*LIMIT 200/);
  });

  test("reads anything without harm", () => {
    const cell = fc.option(anyText, { nil: null });
    const row = fc.record({
      kind: fc.oneof(fc.constantFrom("table", "tables", "right"), cell),
      db: cell,
      name: cell,
      value: cell,
      keyed: cell,
    });
    const harmful = (rows: SqlReply["rows"]): readonly string[] =>
      textsIn(parseAudit({ kind: "sql", rows, sentAtMs: 0, receivedAtMs: 1 })).filter((text) => HARMFUL.test(text));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        expect(harmful(rows)).toEqual([]);
      }),
    );
  });
});
