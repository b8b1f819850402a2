import { describe, expect, it } from "vitest";
import type { GateValue, Reads } from "../../src/procedures/procedure.ts";
import { restart, unitRuns } from "../../src/procedures/unit-actions.ts";
import type { View } from "../../src/procedures/view.ts";
import { shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

const VIEW: View = { cluster: shop, picture: pictureOf(), freshAfterMs: 0 };
const PLANNED_MS = Date.UTC(2026, 10, 21, 8, 0, 0);
const OF = { host: "web3", unit: "mariadb.service", sinceMs: PLANNED_MS };

/** systemd on the host, saying this of the unit; `at` is the minute of its last change of state. */
const saying = (active: string, sub: string, { at = 5, restarts = 0, result = "success" } = {}): Reads => ({
  ask: async () => ({
    ok: true,
    sentAtMs: 0,
    atMs: 0,
    reply: {
      kind: "host",
      exitCode: 0,
      stderr: "",
      stdout: [
        "Id=mariadb.service",
        "LoadState=loaded",
        `ActiveState=${active}`,
        `SubState=${sub}`,
        `Result=${result}`,
        `NRestarts=${restarts}`,
        `StateChangeTimestamp=Sat 2026-11-21 08:0${at}:00 UTC`,
      ].join("\n"),
      sentAtMs: 0,
      receivedAtMs: 0,
    },
  }),
});

const gate = async (reads: Reads): Promise<GateValue> => {
  const look = unitRuns(OF, { restarted: true, deadlineMs: 60_000 }).watch(reads);
  look(VIEW);
  await new Promise(setImmediate);
  return look(VIEW);
};

describe("a restart that was ordered", () => {
  it("is not ordered again while the service starts: that would cut off its state transfer", async () => {
    const isSo = (reads: Reads) => restart(OF).already(VIEW, reads);
    expect(await isSo(saying("active", "running"))).toBe(true);
    expect(await isSo(saying("activating", "start"))).toBe(true);
    expect(await isSo(saying("deactivating", "stop-sigterm"))).toBe(true);
    expect(await isSo(saying("failed", "failed", { result: "exit-code" }))).toBe(false);
    expect(await isSo(saying("active", "running", { at: 0 }))).toBe(false);
  });

  it("is waited for while it starts, and not when systemd starts it over and over", async () => {
    expect(await gate(saying("activating", "start", { restarts: 2 }))).toMatchObject({ state: "waiting" });
    expect(await gate(saying("activating", "auto-restart", { restarts: 3, result: "signal" }))).toMatchObject({
      state: "closed",
      value: expect.stringMatching(/does not stay up: systemd has started it 3 times again, it ends by signal/),
    });
    expect(await gate(saying("active", "running", { restarts: 3 }))).toMatchObject({ state: "open" });
    expect(await gate(saying("active", "running", { at: 0, restarts: 3 }))).toMatchObject({ state: "waiting" });
  });
});
