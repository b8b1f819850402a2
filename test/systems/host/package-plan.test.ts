import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clean } from "../../../src/connect/clean.ts";
import {
  parseAptPlan,
  parseAudit,
  parseDownload,
  parseNames,
  parseVersions,
} from "../../../src/systems/host/parse-package-plan.ts";
import { harmfulIn } from "../hostile.ts";
import { anyText, hostReply } from "../kit.ts";

const PLAN = `Reading package lists...
2 upgraded, 1 newly installed, 1 to remove and 39 not upgraded.
Remv php8.1-common [8.1.2]
Inst apache2 [2.4.68-1] (2.4.71-1 Debian-Security:12/bookworm-security [amd64]) []
Inst php8.2-cli [8.2.32-1] (8.2.35-1 Debian:12/bookworm [amd64])
Inst php8.2-new (8.2.35-1 Debian:12/bookworm [amd64])
`;

describe("what a package manager would do", () => {
  test("from which version to which, what comes and what goes", () => {
    expect(parseAptPlan(hostReply(PLAN))).toMatchObject({
      ok: true,
      value: {
        upgrades: [
          { name: "apache2", from: "2.4.68-1", to: "2.4.71-1", security: true },
          { name: "php8.2-cli", security: false },
        ],
        installs: ["php8.2-new"],
        removals: ["php8.1-common"],
        heldBack: 39,
      },
    });
  });

  test("how much is to fetch", () => {
    const uris = "'http://x/a.deb' a_1_amd64.deb 1200 MD5Sum:0\n'file:/srv/b.deb' b_1_all.deb 34 SHA256:0\n";
    expect(parseDownload(hostReply(uris))).toEqual({ ok: true, value: 1_234 });
  });

  test("what is half installed; silence is good", () => {
    expect(parseAudit(hostReply(""))).toEqual({ ok: true, value: [] });
    const words =
      "The following packages are only half configured, probably due to problems\n apache2   Apache HTTP Server\n";
    expect(parseAudit(hostReply(words))).toEqual({ ok: true, value: ["apache2"] });
    expect(parseAudit(hostReply("something else\n"))).toMatchObject({ ok: false, reason: "unreadable" });
  });

  test("versions of what is installed, and of nothing else", () => {
    const said = parseVersions(hostReply("apache2\t2.4\tinstalled\nphp8.1\t8.1\tconfig-files\n", "", 1));
    expect(said.ok && [...said.value]).toEqual([["apache2", "2.4"]]);
  });

  test("whatever the bytes, nothing harmful gets through", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(255), (stdout, stderr, exitCode) => {
        const reply = hostReply(clean(stdout), clean(stderr), exitCode);
        for (const parse of [parseAptPlan, parseAudit, parseDownload, parseNames])
          expect(harmfulIn(parse(reply))).toEqual([]);
        const versions = parseVersions(reply);
        expect(harmfulIn(versions.ok ? [...versions.value] : versions)).toEqual([]);
      }),
    );
  });
});
