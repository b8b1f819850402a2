import { expect, test } from "vitest";
import type { UnknownReason } from "../../../src/connect/sample.ts";
import { shadow } from "../../../src/systems/shadow/index.ts";
import { AT_MS, hostReply, lookAt, noReply, recorded } from "../kit.ts";

const seconds = (ago: number) => String(AT_MS / 1_000 - ago);
const last = hostReply(`started=${seconds(100)}\nfinished=${seconds(70)}\nresult=ok\nlast_success=${seconds(70)}\n`);
const none = hostReply(recorded("shadow", "running.none.txt"));
const runs = (elapsedS: number) => hostReply(`      1    9000 systemd\n   4711  ${elapsedS} sync-sites\n`);

const said = (host: string, running: ReturnType<typeof runs> | ReturnType<typeof noReply>) =>
  lookAt(shadow, { [`shadow.last@${host}`]: last, [`shadow.running@${host}`]: running }).reasons(host);

test("no sync runs", () => {
  expect(said("web2", none)).toMatchObject([{ stance: "safe", text: "no sync runs on it" }]);
  expect(said("web1", none)).toMatchObject([
    { stance: "safe", text: "no sync runs; as its master is out, no new code spreads" },
  ]);
});

test("one that runs is waited for, as long as the last one took", () => {
  expect(said("web1", runs(12))).toMatchObject([{ stance: "wait", expectedMs: 18_000 }]);
  // Already longer than the last: no estimate is better than a wrong one.
  expect(said("web1", runs(40))[0]).not.toHaveProperty("expectedMs");
});

test.each<UnknownReason>(["timeout", "privilege", "pending", "stale"])("unknown, %s, is never safe", (reason) => {
  expect(said("web2", noReply(reason))).toMatchObject([{ stance: "unknown" }]);
});

test("a host without a sync is not spoken of", () => {
  expect(lookAt(shadow, {}).reasons("lb1")).toEqual([]);
});
