import { describe, expect, it } from "vitest";
import { presenceOf, type PresenceInput } from "../../../src/systems/galera/presence.ts";
import type { UnitState } from "../../../src/systems/unit.ts";

const ACTIVE: UnitState = {
  id: "mariadb.service",
  loaded: true,
  active: "active",
  sub: "running",
  result: "success",
  says: "",
  enabled: "enabled",
};

/** Times in ms: SQL last answered at 10,000, and was asked every 2 s since. */
const judged = (input: Partial<PresenceInput>) => {
  const viewAtMs = input.viewAtMs ?? 12_000;
  return presenceOf({
    view: { state: "unknown", reason: "refused", detail: "connection refused" },
    viewAskedMs: viewAtMs,
    answeredAtMs: 10_000,
    unit: { state: "known", value: ACTIVE, atMs: input.unitAskedMs ?? 12_000 },
    unitAskedMs: 12_000,
    startedSeenMs: undefined,
    roundMs: 2_000,
    ...input,
    viewAtMs,
  });
};

describe("a unit that runs beside SQL that does not answer", () => {
  it("says nothing where it was asked before SQL fell silent, however late its answer came", () => {
    const late = { state: "known", value: ACTIVE, atMs: 12_900 } as const;
    expect(judged({ unit: late, unitAskedMs: 11_900 })).toMatchObject({ value: "refusing" });
  });

  it("is silent, also right after SQL was asked once more, when that has gone on for two rounds", () => {
    expect(judged({ viewAtMs: 16_000, unitAskedMs: 15_900 })).toMatchObject({ value: "silent" });
  });

  it("has just started where SQL was asked before that was seen, however late it gave up", () => {
    const view = { state: "unknown", reason: "timeout", detail: "no answer within 3 s" } as const;
    const started = { startedSeenMs: 20_000, unitAskedMs: 20_500, viewAtMs: 21_000 };
    expect(judged({ ...started, view, viewAskedMs: 18_000 })).toMatchObject({ value: "starting" });
    expect(judged({ ...started, viewAtMs: 26_000, view, viewAskedMs: 23_000, unitAskedMs: 25_000 })).toMatchObject({
      value: "silent",
    });
  });
});
