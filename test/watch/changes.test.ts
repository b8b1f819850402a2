import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesOf, type SystemLine, type Things } from "../../src/watch/changes.ts";
import { eventWords, type TimelineEvent } from "../../src/watch/event.ts";

const line = (subject: string, state: string, more: Partial<SystemLine> = {}): SystemLine => ({
  system: "galera",
  subject,
  host: subject,
  state,
  severity: "ok",
  says: [],
  evidence: [`view@${subject}`],
  ...more,
});

const unknown = (subject: string, more: Partial<SystemLine> = {}): SystemLine =>
  line(subject, "unknown (network)", { severity: "unknown", ...more });

const hostLine = (host: string, up: boolean): SystemLine =>
  up
    ? line(host, "up", { system: "host", evidence: [] })
    : line(host, "unknown (network)", { system: "host", severity: "unknown", evidence: [] });

/** Looks two seconds apart, every probe answering once in between unless told otherwise. */
const watching = () => {
  let things: Things = new Map();
  let atMs = 1_000_000;
  let round = 0;
  const events: TimelineEvent[] = [];
  return {
    events,
    words: () => events.map((event) => `${event.host ?? ""} ${eventWords(event)}`),
    look: (lines: readonly SystemLine[], { answered = true, afterMs = 2_000 } = {}) => {
      atMs += afterMs;
      if (answered) round += 1;
      const changed = changesOf(things, lines, () => round, atMs);
      things = changed.things;
      events.push(...changed.events);
    },
  };
};

describe("changes of state", () => {
  it("says nothing of the first look", () => {
    const watch = watching();
    watch.look([line("web1", "Synced"), line("web3", "stopped", { severity: "critical" })]);
    expect(watch.events).toEqual([]);
  });

  it("tells a known state at once, with its reason and what it was", () => {
    const watch = watching();
    watch.look([line("mysql/web3", "UP", { host: "lb1", system: "haproxy" })]);
    watch.look([
      line("mysql/web3", "DOWN", { host: "lb1", system: "haproxy", why: "connection refused", severity: "warning" }),
    ]);
    expect(watch.words()).toEqual(["lb1 mysql/web3 UP → DOWN, connection refused"]);
    expect(watch.events[0]).toMatchObject({ system: "haproxy", severity: "warning", atMs: 1_004_000 });
  });

  it("does not take another reason for another state", () => {
    const watch = watching();
    watch.look([line("web/web1", "DOWN", { why: "connection refused" })]);
    watch.look([line("web/web1", "DOWN", { why: "no answer in time" })]);
    expect(watch.events).toEqual([]);
  });

  it("passes over one question that fails, and tells not knowing after the second", () => {
    const watch = watching();
    watch.look([line("web1", "Synced")]);
    watch.look([unknown("web1")]);
    watch.look([unknown("web1")], { answered: false });
    watch.look([line("web1", "Synced")]);
    expect(watch.events).toEqual([]);
    watch.look([unknown("web1")]);
    watch.look([unknown("web1")]);
    watch.look([line("web1", "Synced")]);
    expect(watch.words()).toEqual(["web1 Synced → unknown (network)", "web1 unknown (network) → Synced"]);
  });

  it("waits for every probe a state rests on", () => {
    const counts: Record<string, number> = { a: 1, b: 1 };
    const answersOf = (key: string) => counts[key] ?? 0;
    const both = { evidence: ["a", "b"] };
    let { things } = changesOf(new Map(), [line("brick", "online", both)], answersOf, 0);
    ({ things } = changesOf(things, [unknown("brick", both)], answersOf, 1_000));
    counts["a"] = 5;
    const early = changesOf(things, [unknown("brick", both)], answersOf, 2_000);
    expect(early.events).toEqual([]);
    counts["b"] = 2;
    expect(changesOf(early.things, [unknown("brick", both)], answersOf, 3_000).events).toHaveLength(1);
  });

  it("does not tell another reason for not knowing", () => {
    const watch = watching();
    watch.look([hostLine("web1", true)]);
    watch.look([hostLine("web1", false)]);
    watch.look([line("web1", "unknown (connection refused)", { system: "host", severity: "unknown", evidence: [] })]);
    watch.look([hostLine("web1", true)]);
    expect(watch.words()).toEqual(["web1 up → unknown (network)", "web1 unknown (network) → up"]);
  });

  it("is patient with what several answers make up", () => {
    const watch = watching();
    const cluster = (state: string) => line("cluster", state, { patient: true });
    watch.look([cluster("3/3 Primary")]);
    watch.look([cluster("3/3 Primary")]);
    watch.look([cluster("2 Primary views")]);
    watch.look([cluster("2/3 Primary")]);
    watch.look([cluster("2/3 Primary")]);
    expect(watch.events.map(({ from, to }) => `${from} → ${to}`)).toEqual(["3/3 Primary → 2/3 Primary"]);
  });

  it("takes a connection at its word", () => {
    const watch = watching();
    watch.look([hostLine("web1", true)]);
    watch.look([hostLine("web1", false)], { answered: false });
    expect(watch.words()).toEqual(["web1 up → unknown (network)"]);
  });

  it("has one line for a host that is gone, and says what it was found to be afterwards", () => {
    const watch = watching();
    watch.look([hostLine("web3", true), line("web3", "Synced"), line("mount /data", "mounted", { host: "web3" })]);
    for (let i = 0; i < 5; i += 1)
      watch.look([hostLine("web3", false), unknown("web3"), unknown("mount /data", { host: "web3" })]);
    expect(watch.words()).toEqual(["web3 up → unknown (network)"]);
    // The connection is back before the first answers are.
    watch.look([hostLine("web3", true), unknown("web3"), unknown("mount /data", { host: "web3" })]);
    watch.look([
      hostLine("web3", true),
      line("web3", "stopped", { severity: "critical" }),
      line("mount /data", "mounted", { host: "web3" }),
    ]);
    expect(watch.words().slice(1)).toEqual(["web3 unknown (network) → up", "web3 Synced → stopped (not seen for 12s)"]);
  });

  it("keeps what a thing was while no room speaks of it, and forgets it in the end", () => {
    const watch = watching();
    watch.look([line("sync", "ok", { host: "web1" })]);
    watch.look([]);
    watch.look([line("sync", "failed", { host: "web1", severity: "warning" })]);
    expect(watch.words()).toEqual(["web1 sync ok → failed"]);
    watch.look([], { afterMs: 700_000 });
    watch.look([line("sync", "ok", { host: "web1" })]);
    expect(watch.events).toHaveLength(1);
  });

  it("stops counting a thing that flaps, and says when it holds still", () => {
    const watch = watching();
    for (let i = 0; i < 60; i += 1) watch.look([line("web1", i % 2 === 0 ? "UP" : "DOWN")]);
    expect(watch.events).toHaveLength(11);
    expect(watch.events.at(-1)).toMatchObject({ to: "keeps changing", severity: "warning" });
    watch.look([line("web1", "UP")]);
    for (let i = 0; i < 59; i += 1) watch.look([line("web1", "UP")]);
    expect(watch.events).toHaveLength(11);
    for (let i = 0; i < 3; i += 1) watch.look([line("web1", "UP")]);
    expect(watch.words().slice(11)).toEqual(["web1 keeps changing → UP"]);
    watch.look([line("web1", "DOWN")]);
    expect(watch.words().at(-1)).toBe("web1 UP → DOWN");
  });

  it("never tells a change that is none, whatever comes: every event's end is the next one's beginning", () => {
    const states = fc.constantFrom("UP", "DOWN", "MAINT", "unknown (network)");
    fc.assert(
      fc.property(fc.array(states, { maxLength: 200 }), (seen) => {
        const watch = watching();
        for (const state of seen) watch.look([state.startsWith("unknown") ? unknown("x") : line("x", state)]);
        expect(watch.events.filter(({ from, to }) => from === to)).toEqual([]);
        expect(watch.events.slice(1).map(({ from }) => from)).toEqual(watch.events.slice(0, -1).map(({ to }) => to));
        expect(watch.events.length).toBeLessThanOrEqual(11 + Math.floor(seen.length / 60) * 12);
      }),
    );
  });
});
