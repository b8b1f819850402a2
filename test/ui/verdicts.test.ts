import { describe, expect, it } from "vitest";
import { verdictOf, type SystemReason } from "../../src/safety/verdict.ts";
import type { Finding, Severity } from "../../src/systems/finding.ts";
import type { Table } from "../../src/systems/pane.ts";
import type { Stance } from "../../src/systems/reason.ts";
import type { HostPicture } from "../../src/watch/picture.ts";
import { hostTables } from "../../src/ui/host-page.ts";
import { HOSTS, hostsFrom, tablesOf } from "../../src/ui/hosts.ts";
import { itemsOf } from "../../src/ui/rows.ts";
import { verdictCell, whyCell } from "../../src/ui/verdict-cells.ts";
import { AT_MS, pictureOf } from "./fixtures/picture.ts";

const reason = (stance: Stance, text: string, system: SystemReason["system"] = "galera"): SystemReason => ({
  system,
  stance,
  text,
  evidence: [],
});

const finding = (severity: Exclude<Severity, "ok">, text: string): Finding => ({
  id: "web.down",
  severity,
  subject: "web1",
  host: "web1",
  text,
  evidence: [],
});

const hostWith = (reasons: readonly SystemReason[], trouble?: Finding, down = false): HostPicture => ({
  name: "web1",
  link: down
    ? { state: "down", sinceMs: AT_MS, reason: "timeout", detail: "nothing came" }
    : { state: "up", sinceMs: AT_MS, roundTripMs: 2 },
  severity: trouble?.severity ?? "ok",
  verdict: verdictOf("web1", reasons),
  ...(trouble === undefined ? {} : { finding: trouble }),
});

const settled = { isWell: false, isStarting: false };

describe("what stands beside a host", () => {
  const why = (...given: Parameters<typeof hostWith>): string => whyCell(hostWith(...given), undefined, settled).text;

  it("is the reason that decides, with its time where one can be told, and without the host's name", () => {
    expect(why([reason("safe", "it answers", "host"), reason("no", "2 of 2 votes needed")])).toBe(
      "2 of 2 votes needed",
    );
    expect(why([{ ...reason("wait", "until data has healed"), expectedMs: 240_000 }])).toBe(
      "about 4m, until data has healed",
    );
    expect(why([reason("unknown", "web1's member is not known")])).toBe("member is not known");
  });

  it("is what is wrong where that is worse than the verdict", () => {
    expect(why([reason("unknown", "not asked")], finding("critical", "web1: apache2 is gone"))).toBe("apache2 is gone");
    expect(why([reason("no", "2 of 2 votes needed")], finding("critical", "web1: apache2 is gone"))).toBe(
      "2 of 2 votes needed",
    );
  });

  it("of WAIT is always what is waited for", () => {
    expect(why([reason("wait", "until it is back")], finding("critical", "web1: apache2 is gone"))).toBe(
      "until it is back",
    );
  });

  it("never gives what is wrong as the reason why it is safe", () => {
    expect(why([reason("safe", "2 of 3 votes stay")], finding("warning", "web1: disk 91% full"))).toBe(
      "may go, though disk 91% full",
    );
    expect(why([reason("safe", "2 of 3 votes stay")], finding("info", "web1: 3 upgrades wait"))).toBe(
      "2 of 3 votes stay",
    );
  });

  it("that a host does not answer goes before everything that follows from it", () => {
    const gone = hostWith([reason("no", "2 of 2 votes needed")], finding("critical", "web1: apache2 is gone"), true);
    expect(whyCell(gone, undefined, settled).text).toBe("timeout: nothing came");
    expect(whyCell(gone, { text: "no answer: timed out", tone: "unknown" }, settled).text).toBe("no answer: timed out");
  });

  it("about which no system speaks is not called safe", () => {
    const host = hostWith([]);
    expect(verdictCell(host.verdict, settled).text).toBe("? UNKNOWN");
    expect(whyCell(host, undefined, settled).text).toBe("no system speaks of it");
  });

  it("says that it is asking while first answers are to come, but says at once what is known to break", () => {
    const starting = { isWell: false, isStarting: true };
    expect(verdictCell({ stance: "unknown" }, starting)).toEqual({ text: "… asking", tone: "dim" });
    expect(verdictCell({ stance: "no" }, starting).text).toBe("✖ NO");
  });

  it("is no alarm on a cluster that is well: a single load balancer is how it is built", () => {
    expect(verdictCell({ stance: "no" }, { isWell: true, isStarting: false })).toEqual({ text: "✖ NO", tone: "plain" });
    expect(verdictCell({ stance: "no" }, settled).tone).toBe("critical");
  });
});

describe("the list of hosts", () => {
  const picture = pictureOf({ memberLost: "web3" });
  const host = picture.systems.find(({ id }) => id === HOSTS);
  const [table] = host === undefined ? [] : tablesOf(hostsFrom(picture), host, false);

  it("has the worst host first, then the inventory's order, and notes change neither order nor sign", () => {
    expect(table?.rows.map(({ id }) => id)).toEqual(["web3", "web1", "web2", "lb1"]);
    const noted = {
      ...picture,
      hosts: picture.hosts.map((each) => (each.name === "lb1" ? { ...each, severity: "info" as const } : each)),
    };
    const rows = host === undefined ? [] : (tablesOf(hostsFrom(noted), host, false)[0]?.rows ?? []);
    expect(rows.map(({ id, severity }) => [id, severity])).toEqual([
      ["web3", "critical"],
      ["web1", "ok"],
      ["web2", "ok"],
      ["lb1", "ok"],
    ]);
  });

  it("gives the verdict first, then what of the figures is most needed", () => {
    const columns = table?.columns.toSorted((a, b) => a.priority - b.priority).map(({ id }) => id) ?? [];
    expect(columns.slice(0, 3)).toEqual(["host", "verdict", "why"]);
    expect(columns).not.toContain("state");
  });
});

describe("a host's page", () => {
  it("holds every reason, the decisive first, what names the host, and what runs on it", () => {
    const [reasons, findings, states] = hostTables(pictureOf({ memberLost: "web3" }), "web3");
    expect(reasons?.rows.map(({ id, severity }) => [id, severity])).toEqual([
      ["galera", "warning"],
      ["host", "ok"],
    ]);
    expect(findings?.rows.map(({ id }) => id)).toEqual([
      "galera.member_missing@web3",
      "haproxy.server_down@mysql/web3",
    ]);
    expect(states?.rows.map(({ cells }) => cells["system"]?.text)).toEqual(
      expect.arrayContaining(["host", "galera", "gluster", "web", "shadow"]),
    );
    const keys = itemsOf(hostTables(pictureOf(), "web1"), "").flatMap((item) =>
      item.kind === "row" ? [item.key] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("shows what is to be compared whole, to each host that is in it: sooner where they differ", () => {
    const views = (severity: Severity): Table => ({
      id: "views",
      title: "the members' own views",
      compares: true,
      columns: [],
      rows: ["web1", "web2"].map((host) => ({ id: `view ${host}`, severity, host, cells: {}, evidence: [] })),
    });
    const titles = (severity: Severity, name: string) => {
      const picture = pictureOf();
      const systems = picture.systems.map((system) =>
        system.id === "galera" ? { ...system, pane: { ...system.pane, more: [views(severity)] } } : system,
      );
      return hostTables({ ...picture, systems }, name)
        .slice(2)
        .map(({ id, rows }) => (id === "views" ? `${id} ${rows.length}` : id));
    };
    expect(titles("ok", "web1")).toEqual(["states", "views 2"]);
    expect(titles("critical", "web2")).toEqual(["views 2", "states"]);
    expect(titles("critical", "web3")).toEqual(["states"]);
  });

  it("of a host that is not there is empty", () => {
    expect(hostTables(pictureOf(), "web9")).toEqual([]);
  });
});
