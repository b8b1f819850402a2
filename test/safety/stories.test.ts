import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storiesOf } from "../../src/safety/stories.ts";
import type { Finding } from "../../src/systems/finding.ts";

const finding = (
  id: string,
  severity: Finding["severity"],
  host?: string,
  explainedBy: Finding["explainedBy"] = [],
): Finding => ({
  id,
  severity,
  subject: host ?? "cluster",
  text: `${id} ${host ?? ""}`,
  evidence: [],
  explainedBy,
  ...(host === undefined ? {} : { host }),
});

describe("stories", () => {
  it("folds what a lost host explains under the host, and is as bad as the worst of it", () => {
    const host = finding("host.unreachable", "unknown", "web3");
    const server = finding("haproxy.server_down", "warning", "web3", [{ id: "host.unreachable", host: "web3" }]);
    const member = finding("galera.member_missing", "critical", "web3", [{ id: "host.unreachable", host: "web3" }]);
    expect(storiesOf([server, member, host])).toEqual([
      { root: host, severity: "critical", consequences: [member, server] },
    ]);
  });

  it("does not blame another host", () => {
    const host = finding("host.unreachable", "unknown", "web3");
    const server = finding("haproxy.server_down", "warning", "web2", [{ id: "host.unreachable", host: "web3x" }]);
    expect(storiesOf([host, server]).map((story) => story.root)).toEqual([host, server]);
  });

  it("follows causes to their root", () => {
    const disk = finding("host.disk_full", "critical", "web1");
    const member = finding("galera.member_stopped", "critical", "web1", [{ id: "host.disk_full", host: "web1" }]);
    const server = finding("haproxy.server_down", "warning", "web1", [{ id: "galera.member_stopped", host: "web1" }]);
    expect(storiesOf([server, member, disk])).toEqual([
      { root: disk, severity: "critical", consequences: [member, server] },
    ]);
  });

  it("loses and doubles nothing, whatever explains whatever", () => {
    const ids = ["a.a", "b.b", "c.c", "d.d"];
    const any = fc.record({
      id: fc.constantFrom(...ids),
      severity: fc.constantFrom("info" as const, "warning" as const, "unknown" as const, "critical" as const),
      subject: fc.constantFrom("x", "y"),
      text: fc.string(),
      evidence: fc.constant([]),
      explainedBy: fc.array(fc.record({ id: fc.constantFrom(...ids) })),
    });
    fc.assert(
      fc.property(fc.array(any), (findings) => {
        const told = storiesOf(findings).flatMap((story) => [story.root, ...story.consequences]);
        expect(told).toHaveLength(findings.length);
        expect(new Set(told)).toEqual(new Set(findings));
      }),
    );
  });
});
