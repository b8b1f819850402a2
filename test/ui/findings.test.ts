import { describe, expect, it } from "vitest";
import { storiesOf } from "../../src/safety/stories.ts";
import type { Finding } from "../../src/systems/finding.ts";
import { explainLines } from "../../src/ui/draw/explain.ts";
import { storiesSummary } from "../../src/ui/draw/findings.ts";
import { findingInRow, findingsTable, storiesTable } from "../../src/ui/findings.ts";
import { plainText } from "../../src/ui/line.ts";
import { themeFor } from "../../src/ui/theme.ts";
import { ruleOf } from "./fixtures/rules.ts";

const finding = (id: string, severity: Finding["severity"], subject: string, because?: string): Finding => ({
  id,
  severity,
  subject,
  text: `${id} of ${subject}`,
  evidence: [],
  ...(because === undefined ? {} : { explainedBy: [{ id: because }] }),
});

const stories = storiesOf([
  finding("galera.size", "critical", "cluster", "host.unreachable"),
  finding("host.unreachable", "unknown", "web3"),
  finding("haproxy.server_down", "warning", "web/web3", "host.unreachable"),
  finding("haproxy.server_down", "warning", "mysql/web3", "host.unreachable"),
  finding("host.upgrades", "info", "web1"),
  finding("host.upgrades", "info", "web2"),
  finding("shadow.drift", "info", "web1"),
]);

const textsOf = (table: ReturnType<typeof storiesTable>): readonly string[] =>
  table.rows.map(({ cells }) => [cells["text"]?.text, cells["explains"]?.text].filter(Boolean).join(" | "));

describe("what is wrong, in the overview", () => {
  it("is a line a story; one that explains worse than itself says what; alike notes are one", () => {
    expect(textsOf(storiesTable(stories))).toEqual([
      "host.unreachable of web3 | explains 3",
      "  · galera.size of cluster",
      "host.upgrades of web1 | and 1 alike",
      "shadow.drift of web1",
    ]);
    expect(storiesTable(stories).rows[0]?.severity).toBe("critical");
  });

  it("is counted by what happened, not by rules", () => {
    expect(storiesSummary(stories)).toBe("1 problem, explaining 3 · 3 notes");
    expect(storiesSummary([])).toBe("");
  });
});

describe("all findings", () => {
  it("stand below their causes, set in; notes last and quiet", () => {
    const table = findingsTable(stories);
    expect(textsOf(table)).toEqual([
      "host.unreachable of web3",
      "  · galera.size of cluster",
      "  · haproxy.server_down of web/web3",
      "  · haproxy.server_down of mysql/web3",
      "host.upgrades of web1",
      "host.upgrades of web2",
      "shadow.drift of web1",
    ]);
    expect(table.rows.slice(4).every(({ cells }) => cells["text"]?.tone === "dim")).toBe(true);
  });

  it("are found again by their row, also where a rule speaks twice of one subject", () => {
    const twice = storiesOf([
      { ...finding("host.disk", "warning", "web1"), text: "/ is full" },
      { ...finding("host.disk", "warning", "web1"), text: "/var is full" },
    ]);
    const rows = findingsTable(twice).rows;
    expect(rows.map(({ id }) => findingInRow(twice, id)?.text)).toEqual(["/ is full", "/var is full"]);
  });
});

describe("a finding in full", () => {
  const theme = themeFor({ colour: false, ascii: false });
  const lines = (of: Finding, width = 60): readonly string[] =>
    explainLines(of, ruleOf(of.id), width, theme).map((line) => plainText(line).trimEnd());

  it("says what next before what it means, and whose rule it is", () => {
    expect(lines({ ...finding("galera.member_missing", "critical", "web3"), next: "start it" })).toEqual([
      "  galera.member_missing of web3",
      "  Next: start it",
      "  Means: the others carry its readers; one more loss stops",
      "  all writes",
      "  When: a member of the inventory is in no other member's",
      "  view",
      "  Source: Galera documentation, Monitoring the Cluster",
      "  (galera.member_missing)",
    ]);
  });

  it("without a next step of its own has the catalogue's, and without an entry its id", () => {
    expect(lines(finding("galera.member_missing", "critical", "web3"))[1]).toBe(
      "  Next: see why it stopped, then start it",
    );
    expect(lines(finding("x.y", "warning", "web1"))).toEqual(["  x.y of web1", "  Source: x.y"]);
  });
});
