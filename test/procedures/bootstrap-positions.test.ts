import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { best, type Standing } from "../../src/procedures/bootstrap-positions.ts";

const UUID = "6b0c9f7e-3a52-11f0-9d1c-0242ac120002";
const OTHER = "00c1b1ae-3a52-11f0-9d1c-0242ac120002";

const at = (host: string, seqno: number, more: Partial<Standing> = {}): Standing => ({
  host,
  seqno,
  uuid: UUID,
  safe: false,
  by: "recovery",
  ...more,
});

describe("the member a cluster begins from", () => {
  it("is the one with the highest position, whoever is named first", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 7 }), (seqnos) => {
        const chosen = best(seqnos.map((seqno, index) => at(`web${index}`, seqno)));
        expect(chosen).toMatchObject({ ok: true, best: { seqno: Math.max(...seqnos) } });
      }),
    );
  });

  it("among equals is the one that stopped last", () => {
    expect(best([at("web1", 7), at("web2", 7, { safe: true }), at("web3", 7)])).toMatchObject({
      best: { host: "web2" },
    });
    expect(best([at("web1", 7), at("web2", 7)])).toMatchObject({ best: { host: "web1" } });
  });

  it("is nobody's to say when the data are of different clusters, or one has none", () => {
    expect(best([at("web1", 7), at("web2", 9, { uuid: OTHER })])).toMatchObject({
      ok: false,
      why: expect.stringContaining(`web2 ${OTHER}`),
    });
    const none = "00000000-0000-0000-0000-000000000000";
    expect(best([at("web1", 7, { uuid: none })])).toMatchObject({ ok: false });
  });

  it("is not one that says it stopped last while another is further", () => {
    expect(best([at("web1", 7, { safe: true }), at("web2", 9)])).toMatchObject({
      ok: false,
      why: expect.stringContaining("look at both"),
    });
  });

  it("is nobody when there are none", () => {
    expect(best([])).toMatchObject({ ok: false });
  });
});
