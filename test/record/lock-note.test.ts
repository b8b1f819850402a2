import { mkdtemp } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, cleanLine } from "../../src/connect/clean.ts";
import { adoptJournal } from "../../src/record/adopt.ts";
import type { JournalEntry, Unstamped } from "../../src/record/journal-entry.ts";
import { listJournals, openJournal } from "../../src/record/journal.ts";
import { noteText, readNote } from "../../src/record/lock-note.ts";
import { replay, type Standing } from "../../src/record/replay.ts";

const STEPS = ["look", "drain", "wait", "stop"].map((id) => ({ id, title: `step ${id}` }));
const OPENED = {
  kind: "opened",
  v: 1,
  id: "20261121T020000Z-drain-web2-1f3a",
  procedure: "drain",
  subject: "web2",
  cluster: "shop",
  params: { places: "web/web2\non lb1", wait: "8s" },
  steps: STEPS,
  operator: "alex",
  machine: "bastion",
  pid: 7,
  reason: "kernel",
  fence: 3,
} as const;
const change = (n: number, sent: string): Unstamped<JournalEntry> => {
  return { kind: "change", n, step: "drain", action: `a${n}`, target: "lb1", command: "c", sent, undo: false };
};

const standingOf = (...entries: readonly Unstamped<JournalEntry>[]): Standing => {
  const standing = replay([OPENED, ...entries].map((entry, index) => JSON.stringify({ ...entry, atMs: index + 1 })));
  if (standing === undefined) throw new Error("no journal");
  return standing;
};
/** What another machine reads: through Redis, made harmless on its way. */
const carried = (standing: Standing) => {
  const text = noteText({ standing, title: "drain of web2", fence: 3, nowMs: 99 });
  return { text, note: readNote(clean(text)) };
};
const adopted = async (standing: Standing): Promise<Standing | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-note-"));
  const { note } = carried(standing);
  if (note === undefined) return undefined;
  expect(await adoptJournal(folder, "shop", note, STEPS)).toBe(true);
  return (await listJournals(folder))[0];
};

describe("the note beside the cluster's lock", () => {
  it("holds what it takes to go on, or to take back, on another machine", async () => {
    const before = standingOf(
      { kind: "step", step: "look", state: "done" },
      { kind: "step", step: "stop", state: "left-out" },
      { kind: "step", step: "drain", state: "started" },
      { kind: "answer", step: "wait", answer: "maint" },
      { kind: "gate", step: "look", gate: "verdict", state: "overridden", value: "NO", wanted: "SAFE" },
      change(1, "one"),
      { kind: "result", n: 1, state: "done" },
      change(2, "two"),
      { kind: "stopped", step: "drain", why: "it was late" },
    );
    const after = await adopted(before);
    expect(after).toMatchObject({ phase: "stopped", step: "drain", why: "it was late" });
    expect(after?.opened).toMatchObject({ params: OPENED.params, operator: "alex", fence: 3 });
    expect([after?.finished, after?.leftOut, after?.answers, after?.overridden]).toEqual([
      before.finished,
      before.leftOut,
      before.answers,
      before.overridden,
    ]);
    const brief = (standing: Standing | undefined) =>
      standing?.changes.map(({ step, action, undo, outcome }) => [step, action, undo, outcome]);
    expect(brief(after)).toEqual(brief(before));
  });

  it("adds to a journal that is there what others did since, and leaves alone one that knows more", async () => {
    const folder = await mkdtemp(join(tmpdir(), "midwatch-note-"));
    const { kind: _kind, v: _v, ...opened } = OPENED;
    const journal = await openJournal(folder, { ...opened, fence: 2 });
    await journal.write(change(1, "mine"));
    await journal.close();
    const { note } = carried(standingOf({ kind: "step", step: "drain", state: "done" }, change(1, "theirs")));
    if (note === undefined) throw new Error("no note");
    for (let times = 0; times < 2; times += 1) await adoptJournal(folder, "shop", note, STEPS);
    const [standing] = await listJournals(folder);
    expect(standing?.changes.map(({ n, sent }) => [n, sent])).toEqual([
      [1, "mine"],
      [2, "theirs"],
    ]);
    expect([...(standing?.finished ?? [])]).toEqual(["drain"]);
  });

  it("is bounded, and says less rather than be longer", () => {
    const many = carried(standingOf(...Array.from({ length: 150 }, (_, n) => change(n + 1, "x".repeat(190)))));
    expect(many.text.length).toBeLessThanOrEqual(32_768);
    expect(many.note?.essentials?.changes).toHaveLength(150);
    const noise = (n: number) => createHash("sha512").update(String(n)).digest("hex");
    const most = carried(
      standingOf({ kind: "answer", step: "wait", answer: Array.from({ length: 500 }, (_, n) => noise(n)).join("") }),
    );
    expect(most.text.length).toBeLessThan(1_000);
    expect(most.note).toMatchObject({ operator: "alex", title: "drain of web2" });
    expect(most.note?.essentials).toBeUndefined();
  });

  it("has room for an upgrade of hundreds of packages on many hosts", async () => {
    const changes = Array.from({ length: 250 }, (_, n) => ({
      name: `libsomething${n * 7_919}-${n % 9}`,
      from: `1:${n}.${(n * 31) % 97}-${n % 13}+deb12u${n % 5}`,
      to: `1:${n}.${(n * 31) % 97}-${(n % 13) + 1}+deb12u${n % 5}`,
    }));
    const hosts = Array.from({ length: 6 }, (_, n) => [`host web${n}`, JSON.stringify({ host: `web${n}`, changes })]);
    const params: Readonly<Record<string, string>> = Object.fromEntries(hosts);
    const standing = standingOf(change(1, "one"));
    const long = { ...standing, opened: { ...standing.opened, params } };
    expect(JSON.stringify(params).length).toBeGreaterThan(100_000);
    const { text, note } = carried(long);
    expect(text.length).toBeLessThanOrEqual(32_768);
    expect(note?.essentials?.params).toEqual(params);
    expect((await adopted(long))?.opened.params).toEqual(params);
    const bomb = deflateRawSync(Buffer.alloc(16_777_216)).toString("base64");
    for (const packed of ["", "?", text.slice(0, 400), bomb]) {
      const { packed: _, ...rest }: Record<string, unknown> = JSON.parse(text);
      expect(readNote(JSON.stringify({ ...rest, packed }))).toMatchObject({ operator: "alex" });
      expect(readNote(JSON.stringify({ ...rest, packed }))?.essentials).toBeUndefined();
    }
  });

  it("has no terminal controls of its own when it is read, wherever they were planted", () => {
    const planted = { reason: "\u001b[2Jkernel", answers: { "wait\u0007": "maint\u202e" }, finished: ["a\nb"] };
    const text = carried(standingOf(change(1, "one"))).text;
    const note: Record<string, unknown> = JSON.parse(text);
    const essentials: Record<string, unknown> = JSON.parse(text).essentials;
    const read = readNote(
      JSON.stringify({ ...note, operator: "al\u001b]0;xex", essentials: { ...essentials, ...planted } }),
    );
    expect(read?.operator).toBe("al␛]0;xex");
    expect(read?.essentials).toMatchObject({ reason: "␛[2Jkernel", finished: ["a b"], params: OPENED.params });
    expect(Object.entries(read?.essentials?.answers ?? {})).toEqual([["wait␇", "maint\ufffd"]]);
  });

  it("brings every text through, and makes something of any bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        const [change1] = carried(standingOf(change(1, text))).note?.essentials?.changes ?? [];
        expect(change1?.sent).toBe(cleanLine(text));
        expect(() => readNote(text)).not.toThrow();
      }),
    );
    expect(readNote(carried(standingOf()).text.replace("20261121T020000Z", "../../etc/x"))).toBeUndefined();
  });
});
