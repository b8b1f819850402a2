import { afterEach, describe, expect, it, vi } from "vitest";
import { placeFoot } from "../../src/ui/layout.ts";
import { sinceTitle, timelineTable } from "../../src/ui/timeline.ts";
import type { TimelineEvent } from "../../src/watch/event.ts";
import { lines } from "../systems/kit.ts";
import { openApp, type TestApp } from "./app.tsx";
import { AT_MS, pictureOf, type PictureOptions } from "./fixtures/picture.ts";

const END = "\u001b[F";
const HOME = "\u001b[H";
const UP = "\u001b[A";
const ESCAPE = "\u001b";

vi.setConfig({ testTimeout: 30_000 });

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const started: TimelineEvent = {
  atMs: AT_MS - 15 * MINUTE,
  system: "midwatch",
  subject: "midwatch",
  to: "started watching",
  severity: "ok",
};

const gone: TimelineEvent = {
  atMs: AT_MS - 252_000,
  system: "galera",
  subject: "web3",
  host: "web3",
  from: "Synced",
  to: "stopped",
  severity: "critical",
};

const down: TimelineEvent = {
  atMs: AT_MS - 251_000,
  system: "haproxy",
  subject: "mysql/web3",
  host: "lb1",
  from: "UP",
  to: "DOWN, connection refused",
  severity: "warning",
};

const disk: TimelineEvent = {
  atMs: AT_MS - 2 * DAY,
  system: "host",
  subject: "web2 /",
  host: "web2",
  to: "/ on web2 is 91% full",
  severity: "warning",
};

const RECENT = [down, gone, started, disk];

const many = (count: number): readonly TimelineEvent[] =>
  Array.from({ length: count }, (_, i) => ({ ...down, subject: `web/s${count - i}`, atMs: AT_MS - i * MINUTE }));

describe("the timeline as a table", () => {
  it("reads as a log: the newest at the end, the day where it is another", () => {
    expect(lines(timelineTable(RECENT, AT_MS))).toEqual([
      "noticed | host | system | what changed",
      "01-13 02:14 | web2 | host | / on web2 is 91% full",
      "01:59:31 |  | midwatch | started watching",
      "02:10:19 | web3 | galera | Synced → stopped",
      "02:10:20 | lb1 | haproxy | mysql/web3 UP → DOWN, connection refused",
    ]);
  });

  it("says for how long a change may be older than it was noticed", () => {
    const [, row] = lines(timelineTable([{ ...gone, unseenMs: 34_000 }], AT_MS));
    expect(row).toBe("02:10:19 | web3 | galera | Synced → stopped (not seen for 34s)");
  });

  it("gives every row an id of its own that stays when others come", () => {
    const before = timelineTable([gone, gone, started], AT_MS).rows.map(({ id }) => id);
    expect(new Set(before).size).toBe(3);
    expect(timelineTable([down, gone, gone, started], AT_MS).rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining(before),
    );
  });

  it("says from when on everything is shown", () => {
    expect(sinceTitle([down, gone], AT_MS)).toBe("since 02:10");
    expect(sinceTitle(RECENT, AT_MS)).toBe("since 01-13 02:14");
  });
});

describe("the foot of the overview", () => {
  it.each([
    // lines, problems, notes, events → findings, since
    [6, 0, 0, 0, 6, 0],
    [6, 0, 0, 3, 0, 6],
    [6, 0, 5, 3, 2, 4],
    [6, 2, 0, 0, 6, 0],
    [6, 2, 5, 3, 3, 3],
    [6, 9, 0, 3, 4, 2],
    [5, 9, 0, 3, 5, 0],
    [4, 1, 0, 3, 2, 2],
    [3, 1, 0, 3, 3, 0],
  ])("of %i lines with %i problems, %i notes and %i events: %i and %i", (rows, problems, notes, events, ...shared) => {
    const [findings, since] = shared;
    expect(placeFoot(rows, problems, notes, events)).toEqual({ findings, since });
  });
});

describe("on the screen", () => {
  let app: TestApp;
  afterEach(() => app.close());
  const open = async (options: PictureOptions, size = { columns: 80, rows: 24 }) => {
    app = await openApp(pictureOf(options), size);
  };

  it("at 80x24 the newest changes stand below what is wrong", async () => {
    await open({ memberLost: "web3", recent: RECENT });
    await app.shows("── since 01:59 ─");
    const at = app.lines().findIndex((line) => line.startsWith("── since"));
    expect(app.lines().slice(at + 1, 23)).toEqual([
      "  ● 01:59:31        midwatch  started watching",
      "  ✖ 02:10:19  web3  galera    Synced → stopped",
      "  ▲ 02:10:20  lb1   haproxy   mysql/web3 UP → DOWN, connection refused",
    ]);
  });

  it("at 120x40 too", async () => {
    await open({ memberLost: "web3", recent: RECENT }, { columns: 120, rows: 40 });
    await app.shows("── since");
    await app.shows("Synced → stopped");
    expect(app.lines()).toHaveLength(40);
  });

  it("a key opens all of it, at the newest line; home and end move, escape goes back", async () => {
    await open({ recent: many(150) });
    await app.press("t");
    await app.shows("━━ timeline ━");
    expect(app.lines().filter((line) => line.startsWith("▸"))).toEqual([expect.stringContaining("web/s150 UP → DOWN")]);
    await app.press(UP);
    await app.shows("── haproxy lb1 web/s149 · 2027-01-15 02:13:31 ─");
    await app.press(HOME);
    await app.shows("web/s1 UP");
    expect(app.lines().join("\n")).not.toContain("web/s150 UP");
    await app.press(END);
    await app.shows("web/s150 UP");
    await app.press(ESCAPE);
    await app.shows("1: Hosts");
  });

  it("new lines come below, and the cursor stays on its line", async () => {
    await open({ recent: [gone, started] });
    await app.press("t");
    await app.shows("▸ ✖ 02:10:19  web3");
    app.watch().show(pictureOf({ recent: RECENT }));
    await app.shows("mysql/web3 UP → DOWN");
    expect(app.lines().filter((line) => line.startsWith("▸"))).toEqual([expect.stringContaining("Synced → stopped")]);
  });

  it("the filter narrows it to a host, a system or a word", async () => {
    await open({ recent: RECENT });
    await app.press("t", "/", "w", "e", "b", "3");
    await app.shows('timeline · only "web3"');
    const shown = app.lines().filter((line) => /^[▸ ] [●▲✖?]/.test(line));
    expect(shown.map((line) => line.slice(4).replaceAll(/ {2,}/g, "  "))).toEqual([
      "02:10:19  web3  galera  Synced → stopped",
      "02:10:20  lb1  haproxy  mysql/web3 UP → DOWN, connection refused",
    ]);
  });

  it("says so when nothing has changed yet", async () => {
    await open({});
    await app.press("t");
    await app.shows("nothing has changed");
  });
});
