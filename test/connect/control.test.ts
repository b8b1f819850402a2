import { describe, expect, it } from "vitest";
import type { Ask } from "../../src/connect/command.ts";
import { openControl, openDoor, type ChangeRecord, type Door } from "../../src/connect/control.ts";
import { grantOperator, type OperatorGrant } from "../../src/connect/grant.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";
import { fakeSessions } from "./support/fake-sessions.ts";

const CHANGE: Ask<"change"> = {
  commandId: "test.change",
  kind: "host",
  effect: "change",
  privilege: { need: "login" },
  deadlineMs: 1_000,
  send: { kind: "host", lane: "own", argv: ["true"] },
  parse: () => ({ ok: true, value: undefined }),
};
const ORDER = { target: "web1", ask: CHANGE };
const operators = clusterOf(["web1"], { role: "operator" });

const granted = (): OperatorGrant => {
  const given = grantOperator(operators, "alex", "a test");
  if (!given.ok) throw new Error(given.why);
  return given.grant;
};

describe("the door for changes", () => {
  it("sends a change once, for an operator with a reason", async () => {
    const sessions = fakeSessions(() => undefined);
    expect(await openDoor(operators, sessions, granted()).send(ORDER)).toMatchObject({ state: "done" });
    expect(sessions.asked).toEqual(["web1: test.change"]);
  });

  it("gives a viewer no grant, and an operator none without a reason", () => {
    expect(grantOperator(clusterOf(["web1"], { role: "viewer" }), "alex", "x")).toMatchObject({ ok: false });
    expect(grantOperator(operators, "alex", "  ")).toMatchObject({ ok: false });
  });

  it("takes no grant that was made elsewhere, whatever the types were told", async () => {
    const sessions = fakeSessions(() => undefined);
    const forged = { ...granted() } as OperatorGrant;
    expect(await openDoor(operators, sessions, forged).send(ORDER)).toMatchObject({ state: "refused" });
    expect(sessions.asked).toEqual([]);
  });

  it("does not carry questions", async () => {
    const sessions = fakeSessions(() => undefined);
    const question = { ...CHANGE, effect: "read" } as unknown as Ask<"change">;
    const door = openDoor(operators, sessions, granted());
    expect(await door.send({ target: "web1", ask: question })).toMatchObject({ state: "refused" });
    expect(sessions.asked).toEqual([]);
  });

  it("says of a lost answer that nobody knows, and of a refusal that it was refused", async () => {
    const sessions = fakeSessions(() => undefined);
    const answering = (reason: "timeout" | "privilege") => ({
      ...sessions,
      order: async () => ({ ok: false, reason, detail: "…", sentAtMs: 1, atMs: 2 }) as const,
    });
    expect(await openDoor(operators, answering("timeout"), granted()).send(ORDER)).toMatchObject({ state: "in-doubt" });
    expect(await openDoor(operators, answering("privilege"), granted()).send(ORDER)).toMatchObject({ state: "failed" });
  });
});

describe("control", () => {
  const told: string[] = [];
  const door: Door = {
    grant: granted(),
    close: () => undefined,
    send: async () => {
      told.push("sent");
      return { state: "done", value: undefined };
    },
  };
  const record = (name: string, fault?: Error): ChangeRecord => ({
    before: async () => {
      told.push(`${name} before`);
      if (fault !== undefined) throw fault;
    },
    after: async (_order, { state }) => void told.push(`${name} after ${state}`),
  });

  it("writes before and after, and asks for the lock last", async () => {
    told.length = 0;
    const forbidden = async () => {
      told.push("lock");
      return undefined;
    };
    await openControl({ door, forbidden, records: [record("journal"), record("audit")] }).send(ORDER);
    expect(told).toEqual(["journal before", "audit before", "lock", "sent", "journal after done", "audit after done"]);
  });

  it("sends nothing without the lock, and writes that down", async () => {
    told.length = 0;
    const control = openControl({ door, forbidden: async () => "the lock is lost", records: [record("audit")] });
    expect(await control.send(ORDER)).toEqual({ state: "refused", why: "the lock is lost" });
    expect(told).toEqual(["audit before", "audit after refused"]);
  });

  it("sends nothing that could not be written down", async () => {
    told.length = 0;
    const records = [record("journal", new Error("disk full")), record("audit")];
    const control = openControl({ door, forbidden: async () => undefined, records });
    expect(await control.send(ORDER)).toMatchObject({ state: "refused", why: expect.stringContaining("disk full") });
    expect(told).not.toContain("sent");
  });
});
