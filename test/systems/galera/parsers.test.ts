import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SqlReply } from "../../../src/connect/reply.ts";
import { parseGrastate } from "../../../src/systems/galera/parse-grastate.ts";
import { parseSettings } from "../../../src/systems/galera/parse-settings.ts";
import { parseView } from "../../../src/systems/galera/parse-view.ts";
import { parseUnits } from "../../../src/systems/unit.ts";
import { anyText, harmfulIn, nearly, oddNumbersIn } from "../hostile.ts";
import { hostReply } from "../kit.ts";
import { recorded, unit } from "./recorded.ts";

const sqlReply = (rows: SqlReply["rows"]): SqlReply => ({ kind: "sql", rows, sentAtMs: 0, receivedAtMs: 1 });

describe("parseView", () => {
  it("reads a member outside the Primary component", () => {
    expect(parseView(recorded("web3-cut-off/web3"))).toMatchObject({
      ok: true,
      value: { primary: false, clusterStatus: "non-Primary", ready: false, state: 0, size: 1, lastCommitted: 241 },
    });
  });

  it("takes the number that stands for no membership as none", () => {
    const answer = parseView(recorded("web3-cut-off/web3"));
    expect(answer.ok && answer.value.confId).toBeUndefined();
  });

  it("knows a server that is no Galera member", () => {
    expect(parseView(sqlReply([{ name: "VERSION", value: "8.0.36" }]))).toMatchObject({ ok: false, reason: "missing" });
  });

  it("returns a value or an error for any rows, with nothing harmful in it", () => {
    const names = recorded("healthy/web1").rows.map((row) => row["name"] ?? "");
    const row = fc.record({
      name: fc.oneof(fc.constantFrom(...names), anyText),
      value: fc.oneof(anyText, fc.constant(null)),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const answer = parseView(sqlReply([...recorded("healthy/web1").rows, ...rows]));
        expect(harmfulIn(answer)).toEqual([]);
        expect(oddNumbersIn(answer)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.dictionary(anyText, fc.option(anyText)), { maxLength: 5 }), (rows) => {
        expect(harmfulIn(parseView(sqlReply(rows)))).toEqual([]);
      }),
    );
  });
});

describe("parseSettings", () => {
  it("reads the provider's options", () => {
    expect(parseSettings(recorded("healthy/web1.settings"))).toEqual({
      ok: true,
      value: { nodeName: "web1", sstMethod: "rsync", gcacheSizeBytes: 67_108_864, gcacheRecover: true, weight: 1 },
    });
  });

  it("returns a value or an error for any options, with nothing harmful in it", () => {
    const options = recorded("healthy/web1.settings").rows[0]?.["provider_options"] ?? "";
    fc.assert(
      fc.property(fc.oneof(anyText, nearly(options)), anyText, (provider_options, node_name) => {
        const answer = parseSettings(sqlReply([{ provider_options, node_name, sst_method: node_name }]));
        expect(harmfulIn(answer)).toEqual([]);
        expect(oddNumbersIn(answer)).toEqual([]);
      }),
    );
  });
});

describe("parseGrastate", () => {
  const file = readFileSync(new URL("replies/healthy/web1.grastate.dat", import.meta.url), "utf8");

  it("reads what a running member has there: no position, and not safe", () => {
    expect(parseGrastate(hostReply(file))).toEqual({
      ok: true,
      value: { uuid: "29471782-e548-11f1-bbd5-da0e9ce27855", seqno: undefined, safeToBootstrap: false },
    });
  });

  it("tells a missing file from one that cannot be read", () => {
    const gone = hostReply("", "cat: /var/lib/mysql/grastate.dat: No such file or directory\n", 1);
    expect(parseGrastate(gone)).toMatchObject({ ok: false, reason: "missing" });
    expect(parseGrastate(hostReply("", "cat: x: Input/output error\n", 1))).toMatchObject({
      ok: false,
      reason: "failed",
    });
  });

  it("returns a value or an error for any bytes, with nothing harmful in it", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, nearly(file)),
        anyText,
        fc.integer({ min: 0, max: 255 }),
        (stdout, stderr, code) => {
          const answer = parseGrastate(hostReply(stdout, stderr, code));
          expect(harmfulIn(answer)).toEqual([]);
          expect(answer.ok && (answer.value.seqno ?? 0) < 0).toBe(false);
        },
      ),
    );
  });
});

describe("parseUnits", () => {
  it("reads the blocks of several units", () => {
    const both = `${unit("inactive", "dead", {}, "mysql").stdout}\n${unit("active", "running", {}, "mysql@bootstrap").stdout}`;
    const answer = parseUnits(hostReply(both));
    expect(answer).toMatchObject({
      ok: true,
      value: [{ id: "mysql.service" }, { id: "mysql@bootstrap.service", active: "active" }],
    });
  });

  it("knows a unit that is not there, and a machine without systemd", () => {
    const missing = unit("inactive", "dead", { LoadState: "not-found" });
    expect(parseUnits(missing)).toMatchObject({ ok: true, value: [{ loaded: false }] });
    const none = hostReply("", "System has not been booted with systemd as init system (PID 1). Can't operate.\n", 1);
    expect(parseUnits(none)).toMatchObject({ ok: false, reason: "failed" });
  });

  it("returns a value or an error for any bytes, with nothing harmful in it", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, nearly(unit("active", "running").stdout)),
        anyText,
        fc.nat(255),
        (stdout, stderr, code) => {
          const answer = parseUnits(hostReply(stdout, stderr, code));
          expect(harmfulIn(answer)).toEqual([]);
          expect(oddNumbersIn(answer)).toEqual([]);
        },
      ),
    );
  });
});
