import { describe, expect, it } from "vitest";
import type { Door, Order } from "../../src/connect/control.ts";
import type { RedisValue } from "../../src/connect/reply.ts";
import { giveUpNote } from "../../src/record/give-up.ts";
import { lockKeys } from "../../src/record/lock-commands.ts";
import { takeClusterLock, type LockRequest } from "../../src/record/lock.ts";
import { noteText } from "../../src/record/lock-note.ts";
import { replay, type Standing } from "../../src/record/replay.ts";

const ID = "20261121T020000Z-drain-web2-1f3a";
const keys = lockKeys("shop");

/** What the lock sends, and no more of Redis than that; `onReplace` happens while a lock changes hands. */
const openRedis = (onReplace: () => void = () => undefined) => {
  const strings = new Map<string, string>();
  const call = ([name, ...args]: readonly string[]): RedisValue => {
    const [key = "", text = ""] = args;
    if (name === "GET") return strings.get(key) ?? null;
    if (name === "INCR") {
      strings.set(key, String(Number(strings.get(key) ?? "0") + 1));
      return Number(strings.get(key));
    }
    if (name === "SET") {
      if (strings.has(key)) return null;
      strings.set(key, text);
      return "OK";
    }
    const [script = "", count, ...rest] = args;
    const [names, values] = [rest.slice(0, Number(count)), rest.slice(Number(count))];
    if (strings.get(names[0] ?? "") !== values[0]) return 0;
    const at = names[script.includes("KEYS[2]") ? 1 : 0] ?? "";
    if (script.includes('"del"')) return strings.delete(at) ? 1 : 0;
    if (script.includes('"set"')) {
      if (at === keys.lock) onReplace();
      strings.set(at, values[1] ?? "");
      return "OK";
    }
    return 1;
  };
  const send: Door["send"] = async ({ ask }: Order) => {
    const calls = ask.send.kind === "redis" ? ask.send.calls : [];
    const values = calls.map((each) => call(each));
    const answer = ask.parse({ kind: "redis", values, sentAtMs: 0, receivedAtMs: 0 });
    return answer.ok ? { state: "done", value: answer.value } : { state: "failed", why: answer.problem };
  };
  return { strings, door: { send } };
};

const requestOf = (door: LockRequest["door"], more: Partial<LockRequest> = {}): LockRequest => ({
  door,
  instance: "sessions",
  cluster: "shop",
  procedure: ID,
  title: "drain of web2",
  hand: { operator: "alex", machine: "bastion", pid: 7 },
  takeOver: false,
  ...more,
});

const standingOf = (fence: number, operator = "alex", id = ID): Standing => {
  const opened = { kind: "opened", atMs: 1, v: 1, id, procedure: "drain", subject: "web2", cluster: "shop" };
  const by = { operator, machine: "bastion", pid: 7, reason: "kernel", fence, params: {}, steps: [] };
  const standing = replay([JSON.stringify({ ...opened, ...by })]);
  if (standing === undefined) throw new Error("the opening cannot be read");
  return standing;
};
const noteOf = (fence: number, operator: string, id = ID): string =>
  noteText({ standing: standingOf(fence, operator, id), title: "drain of web2", fence, nowMs: 9 });

describe("giving a procedure up", () => {
  it("takes its own note away, and not that of whoever took it over since", async () => {
    const { strings, door } = openRedis();
    strings.set(keys.unfinished, noteOf(3, "alex"));
    expect(await giveUpNote(requestOf(door), standingOf(3))).toEqual({ hadLock: true });
    expect(strings.has(keys.unfinished)).toBe(false);

    strings.set(keys.unfinished, noteOf(4, "sam"));
    expect(await giveUpNote(requestOf(door), standingOf(3))).toEqual({
      hadLock: true,
      kept: "sam on bastion has taken it over since",
    });
    expect(strings.has(keys.unfinished)).toBe(true);
    expect(strings.has(keys.lock)).toBe(false);
  });

  it("takes theirs away too for who takes it over, or gives up by the note alone", async () => {
    const { strings, door } = openRedis();
    for (const [takeOver, here] of [[true, standingOf(3)] as const, [false, undefined] as const]) {
      strings.set(keys.unfinished, noteOf(4, "sam"));
      expect(await giveUpNote(requestOf(door, { takeOver }), here)).toEqual({ hadLock: true });
      expect(strings.has(keys.unfinished)).toBe(false);
    }
  });
});

describe("the cluster's lock", () => {
  it("taken over brings the note as it was when they lost it, not as it was before", async () => {
    const { strings, door } = openRedis(() => strings.set(keys.unfinished, noteOf(9, "sam", "newer")));
    const theirs = await takeClusterLock(requestOf(door, { procedure: "newer" }));
    strings.set(keys.unfinished, noteOf(1, "sam", "older"));
    const ours = await takeClusterLock(requestOf(door, { takeOver: true }));
    expect(ours).toMatchObject({ ok: true, note: { procedure: "newer", fence: 9 } });
    expect(theirs.ok ? await theirs.lock.forbidden() : "").toContain("no longer ours");
  });

  it("does not take a note of another version for none", async () => {
    const { strings, door } = openRedis();
    strings.set(keys.unfinished, JSON.stringify({ procedure: "upgrade-1", v: 2 }));
    expect(await takeClusterLock(requestOf(door))).toMatchObject({
      ok: false,
      state: "unfinished",
      why: expect.stringMatching(/^upgrade-1 is not finished, and its note is of another version/),
    });
    expect(strings.has(keys.lock)).toBe(false);
    strings.set(keys.unfinished, "rubbish");
    expect(await takeClusterLock(requestOf(door))).toMatchObject({ ok: false, state: "unfinished" });
    expect(await takeClusterLock(requestOf(door, { takeOver: true }))).toMatchObject({ ok: true });
  });
});
