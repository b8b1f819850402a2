import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePosition, recoveredPosition } from "../../../src/systems/galera/bootstrap-changes.ts";

const reply = (stdout: string, stderr = "", exitCode = 0) =>
  ({ kind: "host", stdout, stderr, exitCode, sentAtMs: 0, receivedAtMs: 0 }) as const;

const UUID = "6b0c9f7e-3a52-11f0-9d1c-0242ac120002";

describe("a recovered position", () => {
  it("is read from galera_recovery and from the server's log", () => {
    const value = { uuid: UUID, seqno: 18_204 };
    expect(parsePosition(reply(`--wsrep_start_position=${UUID}:18204\n`))).toStrictEqual({ ok: true, value });
    expect(
      parsePosition(reply("", `2027-01-15T02:14:31 0 [Note] [MY-000000] [WSREP] Recovered position: ${UUID}:18204\n`)),
    ).toStrictEqual({ ok: true, value });
  });

  it("is a note in the log of Percona's server, which is asked to write notes, and not into a file", () => {
    const argv = recoveredPosition.argv({ flavour: "percona" });
    expect(argv).toEqual(expect.arrayContaining(["--wsrep-recover", "--log-error-verbosity=3", "--skip-log-error"]));
    expect(argv.filter((word) => word.startsWith("--log-error="))).toEqual([]);
  });

  it("of -1 is none", () => {
    expect(parsePosition(reply(`--wsrep_start_position=${UUID}:-1\n`))).toMatchObject({ ok: false, reason: "failed" });
  });

  it("is never made up, whatever comes", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(255), (stdout, stderr, exitCode) => {
        const said = parsePosition(reply(stdout, stderr, exitCode));
        expect(said.ok).toBe(false);
      }),
    );
  });
});
