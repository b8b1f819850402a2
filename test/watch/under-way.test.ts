import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RedisValue } from "../../src/connect/reply.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { noteText } from "../../src/record/lock-note.ts";
import { lockText } from "../../src/record/lock-value.ts";
import { replay } from "../../src/record/replay.ts";
import { atWorkOn, lockProbes, underWayReason } from "../../src/watch/under-way.ts";
import { samplesAt } from "../../src/watch/samples.ts";
import { createSlot, take } from "../../src/watch/slots.ts";
import { anyText, AT_MS, HARMFUL, shop } from "../systems/kit.ts";

const WITH_LOCK: Cluster = { ...shop, lockRedis: "sessions" };
const DRAIN = "20261121T020000Z-drain-web2-1f3a";

const lockOf = (procedure = DRAIN): string =>
  lockText({ owner: "x", fence: 3, operator: "alex", machine: "bastion", pid: 7, procedure, sinceMs: 1 });

const noteOf = (): string => {
  const opened = {
    kind: "opened",
    atMs: 1,
    v: 1,
    id: DRAIN,
    procedure: "drain",
    subject: "web2",
    cluster: "shop",
    params: {},
    steps: ["look", "drain", "wait"].map((id) => ({ id, title: `step ${id}` })),
    operator: "alex",
    machine: "bastion",
    pid: 7,
    reason: "kernel",
    fence: 3,
  };
  const step = { kind: "step", atMs: 2, step: "drain", state: "started" };
  const standing = replay([opened, step].map((entry) => JSON.stringify(entry)));
  if (standing === undefined) throw new Error("no journal");
  return noteText({ standing, title: "drain of web2", fence: 3, nowMs: 99 });
};

type Said = readonly [holder: RedisValue, unfinished: RedisValue] | "silent" | "never";

const contextOf = (said: Said, cluster: Cluster = WITH_LOCK) => {
  const slots = new Map(lockProbes(cluster).map((probe) => [probe.key, createSlot(probe, AT_MS)]));
  for (const slot of slots.values()) {
    if (said === "silent")
      take(slot, 1, "sessions", { ok: false, reason: "timeout", detail: "timed out", sentAtMs: AT_MS, atMs: AT_MS });
    else if (said !== "never")
      take(slot, 1, "sessions", {
        ok: true,
        reply: { kind: "redis", values: [...said, "3"], sentAtMs: AT_MS, receivedAtMs: AT_MS },
      });
  }
  const samples = samplesAt(slots, () => ({ state: "up", sinceMs: 0 }), AT_MS);
  return { cluster, samples };
};

const reasonOf = (said: Said, cluster: Cluster = WITH_LOCK) => underWayReason(contextOf(said, cluster));

describe("who is at work on a host", () => {
  it("is the procedure that runs, where it is about that host", () => {
    expect(atWorkOn(contextOf([lockOf(), noteOf()]), "web2")).toBe("drain of web2");
    expect(atWorkOn(contextOf([lockOf(), noteOf()]), "web3")).toBeUndefined();
  });

  it.each<[string, Said]>([
    ["nobody has the lock, whatever was left", [null, noteOf()]],
    ["somebody else has it by now", [lockOf("return-web3"), noteOf()]],
    ["Redis is silent", "silent"],
  ])("is nobody when %s", (_name, said) => {
    expect(atWorkOn(contextOf(said), "web2")).toBeUndefined();
  });
});

describe("what is under way, as the lock's Redis tells it", () => {
  it.each<[string, Said, string, string]>([
    ["nobody has it", [null, null], "safe", "no procedure is under way"],
    [
      "somebody runs one",
      [lockOf(), noteOf()],
      "wait",
      "until drain of web2 has ended: alex on bastion runs it, at step 2 of 3 (step drain)",
    ],
    ["one has just begun", [lockOf(), null], "wait", `until ${DRAIN} has ended: alex on bastion runs it`],
    [
      "one has just begun, where another was left",
      [lockOf("return-web3"), noteOf()],
      "wait",
      "until return-web3 has ended: alex on bastion runs it",
    ],
    ["another program has the lock", ["?", null], "wait", "until the cluster's lock is free: somebody has it"],
    [
      "one was left unfinished",
      [null, noteOf()],
      "wait",
      "until drain of web2 is resumed or taken back: alex on bastion left it, at step 2 of 3 (step drain)",
    ],
    [
      "what was left cannot be read",
      [null, "{}"],
      "unknown",
      "what stands beside the cluster's lock cannot be read: another midwatch wrote it",
    ],
    ["Redis is silent", "silent", "unknown", "whether a procedure is under way is not known: timed out"],
    ["Redis was not asked", "never", "unknown", "whether a procedure is under way is not known: not asked yet"],
  ])("%s", (_name, said, stance, text) => {
    expect(reasonOf(said)).toStrictEqual({ system: "midwatch", stance, text, evidence: ["lock.look@sessions"] });
  });

  it("is only told where the inventory has no Redis for a lock: nothing would ever make it known", () => {
    expect(lockProbes(shop)).toEqual([]);
    expect(reasonOf("never", shop)).toMatchObject({ stance: "safe", evidence: [] });
  });

  it("is safe only when nothing stands there, and harmless whatever does", () => {
    const stands = fc.oneof(fc.constant(null), anyText, fc.constant(lockOf()), fc.constant(noteOf()));
    fc.assert(
      fc.property(stands, stands, (holder, unfinished) => {
        const { stance, text } = reasonOf([holder, unfinished]);
        expect(stance === "safe").toBe(holder === null && unfinished === null);
        expect(text).not.toMatch(HARMFUL);
      }),
    );
  });
});
