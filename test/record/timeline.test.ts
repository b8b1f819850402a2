import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile, appendFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventLine, oncePerEvent, parseEventLine } from "../../src/record/event-line.ts";
import { stateFolder } from "../../src/record/state-folder.ts";
import { appendLines, readLines } from "../../src/record/timeline-files.ts";
import { openTimeline, readTimeline } from "../../src/record/timeline.ts";
import type { TimelineEvent } from "../../src/watch/event.ts";
import { anyText, HARMFUL, textsIn } from "../systems/kit.ts";

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "midwatch-timeline-"));
  folder = join(root, "midwatch", "shop");
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const event = (n: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  atMs: 1_800_000_000_000 + n * 60_000,
  system: "galera",
  subject: "web3",
  host: "web3",
  from: "Synced",
  to: `state ${n}`,
  severity: "ok",
  ...more,
});

const file = () => join(folder, "timeline.jsonl");

const kept = async (...events: readonly TimelineEvent[]): Promise<void> => {
  const timeline = openTimeline(folder);
  timeline.write(events);
  await timeline.close();
  expect(timeline.problem()).toBeUndefined();
};

describe("the timeline on disk", () => {
  it("is read as it was written, for this account only", async () => {
    const events = [event(1), event(2, { unseenMs: 4_000 }), event(3, { system: "midwatch" })];
    await kept(...events);
    expect(await readTimeline(folder)).toEqual(events);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it("gives a new run what earlier ones kept, newest first, and bounded", async () => {
    await kept(...Array.from({ length: 500 }, (_, i) => event(i)));
    const past = await openTimeline(folder).past;
    expect(past).toHaveLength(200);
    expect(past[0]).toEqual(event(499));
    expect(past.at(-1)).toEqual(event(300));
  });

  it("can be asked for what is newer than a time", async () => {
    await kept(event(1), event(2), event(3));
    expect(await readTimeline(folder, event(2).atMs)).toEqual([event(2), event(3)]);
  });

  it("is empty where nothing was kept", async () => {
    expect(await readTimeline(folder)).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });

  it("loses a cut last line, and neither the one before nor the next", async () => {
    await kept(event(1), event(2));
    await truncate(file(), (await stat(file())).size - 20);
    await kept(event(3));
    expect(await readTimeline(folder)).toEqual([event(1), event(3)]);
  });

  it("passes over what it cannot read", async () => {
    await kept(event(1));
    const foreign = ['{"v":2,"new":true}', "null", "", "[]", "\u0000\u0000", '{"v":1}'].join("\n");
    await appendFile(file(), `${foreign}\n`);
    await kept(event(2));
    expect(await readTimeline(folder)).toEqual([event(1), event(2)]);
  });

  it("rotates, keeps the newest and stays bounded", async () => {
    for (let n = 0; n < 60; n += 1) {
      await appendLines(folder, eventLine({ run: "a", event: event(n) }), 1_000);
    }
    const names = (await readdir(folder)).toSorted();
    expect(names).toHaveLength(3);
    for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(1_000);
    const events = await readTimeline(folder);
    expect(events.at(-1)).toEqual(event(59));
    // Without a hole up to the newest.
    expect(events).toEqual(Array.from({ length: events.length }, (_, i) => event(60 - events.length + i)));
  });

  it("takes lines from several processes at once, each whole", async () => {
    const writer = new URL("write-events.ts", import.meta.url).pathname;
    const runs = ["a", "b", "c"];
    await Promise.all(runs.map((run) => execa(process.execPath, [writer, folder, run, "300"])));
    const lines = await readLines(folder);
    expect(lines).toHaveLength(900);
    for (const run of runs) {
      const mine = lines.map((line) => parseEventLine(line)).filter((each) => each?.run === run);
      expect(mine.map((each) => each?.event.to)).toEqual(Array.from({ length: 300 }, (_, i) => `${run} ${i}`));
    }
  });

  it("goes on when it cannot be kept, says why once, and leaves no hole when it can be again", async () => {
    await mkdir(join(root, "midwatch"), { recursive: true });
    // A file where the folder should be: no account can write there, root neither.
    await writeFile(folder, "");
    const timeline = openTimeline(folder);
    expect(await timeline.past).toEqual([]);
    timeline.write([event(1)]);
    timeline.write([event(2)]);
    await timeline.close();
    expect(timeline.problem()).toMatch(/^the timeline .*(ENOTDIR|EEXIST)/);
    await rm(folder);
    timeline.write([event(3)]);
    await timeline.close();
    expect(await readTimeline(folder)).toEqual([event(1), event(2), event(3)]);
  });

  it("reports a full disk instead of throwing", async () => {
    await mkdir(folder, { recursive: true });
    // Every write to this device fails with ENOSPC.
    await execa("ln", ["-s", "/dev/full", file()]);
    const timeline = openTimeline(folder);
    timeline.write([event(1)]);
    await timeline.close();
    expect(timeline.problem()).toContain("ENOSPC");
  });

  it("keeps the rights of a folder that is there", async () => {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o750);
    await kept(event(1));
    expect((await stat(folder)).mode & 0o777).toBe(0o750);
  });
});

describe("lines of the timeline", () => {
  it("are events or nothing, whatever they hold, and never a control character", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.string(), (to, subject, other) => {
        const line = eventLine({ run: "a", event: event(1, { to, subject }) });
        expect(line.indexOf("\n")).toBe(line.length - 1);
        const parsed = parseEventLine(line);
        expect(textsIn(parsed).filter((text) => HARMFUL.test(text))).toEqual([]);
        parseEventLine(other);
        parseEventLine(line.slice(0, Math.floor(line.length / 2)));
      }),
    );
  });

  it("are told once when two consoles noticed the same", () => {
    const noticed = [
      { run: "a", event: event(1) },
      { run: "b", event: { ...event(1), atMs: event(1).atMs + 900 } },
      { run: "b", event: event(5) },
      { run: "a", event: event(9) },
      { run: "b", event: { ...event(1), atMs: event(9).atMs + 1 } },
    ];
    expect(oncePerEvent(noticed)).toEqual([event(1), event(5), event(9), noticed[4]?.event]);
  });

  it("keep a change that really came twice", () => {
    const again = { ...event(1), atMs: event(1).atMs + 4_000 };
    const both = [
      { run: "a", event: event(1) },
      { run: "a", event: again },
    ];
    expect(oncePerEvent(both)).toEqual([event(1), again]);
  });
});

describe("where state is kept", () => {
  it.each([
    [{ XDG_STATE_HOME: "/var/lib/me" }, "/var/lib/me/midwatch/shop"],
    [{ XDG_STATE_HOME: "relative" }, "/home/me/.local/state/midwatch/shop"],
    [{ XDG_STATE_HOME: "" }, "/home/me/.local/state/midwatch/shop"],
    [{}, "/home/me/.local/state/midwatch/shop"],
  ])("%j", (env, expected) => {
    expect(stateFolder("shop", env, "/home/me")).toBe(expected);
  });

  it("is read back from the file itself", async () => {
    await kept(event(1));
    expect(await readFile(file(), "utf8")).toMatch(
      /^\{"v":1,"run":"[0-9a-f]{8}","atMs":1800000060000,"system":"galera"/,
    );
  });
});
