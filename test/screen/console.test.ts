import { afterEach, describe, expect, it } from "vitest";
import { openScreen, ROOT, type Screen, type ScreenOptions } from "./driver.ts";

let screen: Screen;

const open = (args: readonly string[] = [], options: Partial<ScreenOptions> = {}): void => {
  screen = openScreen({ command: [process.execPath, `${ROOT}test/screen/fixture-console.ts`, ...args], ...options });
};

afterEach(() => screen.close());

/** The terminal as a shell wants it back. */
const expectCleanTerminal = (): void => {
  expect(screen.isAlternate()).toBe(false);
  expect(screen.isCursorShown()).toBe(true);
  expect(screen.output().lastIndexOf("\u001b[?2004l")).toBeGreaterThan(screen.output().lastIndexOf("\u001b[?2004h"));
};

/** What was written between the marks of synchronized output: one frame each. */
const framesOf = (output: string): readonly string[] => output.split("\u001b[?2026h").slice(1);

describe("the console in a real terminal", () => {
  it.each([
    [120, 40],
    [80, 24],
    [60, 20],
  ])("fills %ix%i exactly", async (columns, rows) => {
    open(["--scenario", "member-lost"], { columns, rows });
    await screen.shows("7: Shadow sync");
    const lines = screen.lines();
    expect(lines[0]).toContain("DEMO");
    expect(lines[0]).toContain("READ-ONLY viewer");
    expect(lines[1]).toContain("✖ CRITICAL  MariaDB on web3");
    expect(lines.at(-1)).toContain("q quit");
    expect(screen.text()).toContain("▸ ✖ web3");
    for (const system of ["Galera", "GlusterFS", "Redis", "HAProxy", "Apache/PHP"])
      expect(screen.text()).toContain(system);
  });

  it("at 80x24 a lost member's cause, the sites, the next step and every verdict are read without a key", async () => {
    open(["--scenario", "member-lost"]);
    await screen.shows("7: Shadow sync");
    const text = screen.text();
    expect(screen.lines().slice(1, 4)).toEqual([
      " ✖ CRITICAL  MariaDB on web3 stopped 4m ago: 2 of 3 members, none to spare",
      "   Sites up (web 3/3). Next: look at why it stopped (journalctl -u mariadb on",
      "   web3); do not take another member out",
    ]);
    for (const verdict of [
      /▸ ✖ web3 {2}▲ WAIT {5}about 4m, until its member is back/,
      / {2}● web1 {2}✖ NO {7}2 of 2 votes needed/,
      / {2}● web2 {2}✖ NO {7}2 of 2 votes needed/,
      / {2}● lb1 {3}✖ NO {7}the only load balancer/,
    ])
      expect(text).toMatch(verdict);
    expect(text).toMatch(/✖ MariaDB on web3 stopped.* explains 1/);
  });

  it.each([
    [80, 24],
    [60, 20],
  ])(
    "the quiet screen at %ix%i has the headline and the verdicts, in ASCII without colour too",
    async (columns, rows) => {
      open(["--scenario", "member-lost", "--ascii"], { columns, rows, env: { NO_COLOR: "1" } });
      await screen.shows("7: Shadow sync");
      screen.press("w");
      await screen.lacks("7: Shadow sync");
      const lines = screen.lines();
      expect(lines[1]).toContain("X CRITICAL  MariaDB on web3 stopped");
      expect(lines.slice(6, 10)).toEqual([
        expect.stringMatching(/^ {2}X web3 {2}! WAIT {5}about 4m, until its member is back/),
        expect.stringMatching(/^ {2}\* web1 {2}X NO {7}2 of 2 votes needed$/),
        expect.stringMatching(/^ {2}\* web2 {2}X NO {7}2 of 2 votes needed$/),
        expect.stringMatching(/^ {2}\* lb1 {3}X NO {7}the only load balancer/),
      ]);
      expect(lines.slice(10, -1).join("")).toBe("");
      expect(screen.output()).toMatch(/^[\u0000-\u007f]*$/);
    },
  );

  it("at 120x40 every pane shows its rows", async () => {
    open([], { columns: 120, rows: 40 });
    await screen.shows("7: Shadow sync");
    for (const text of ["mysql/web1  UP", "fuse.glusterfs", "8.2 module", "Synced", "master"])
      expect(screen.text()).toContain(text);
  });

  it("stays right while it is resized, smaller and larger", async () => {
    open(["--scenario", "member-lost"], { columns: 120, rows: 40 });
    await screen.shows("fuse.glusterfs");
    for (const [columns, rows] of [
      [80, 24],
      [60, 20],
      [100, 30],
      [40, 10],
      [120, 40],
      [79, 23],
    ] as const) {
      screen.resize(columns, rows);
      const small = columns < 60;
      await screen.shows((text) => {
        const lines = text.split("\n");
        const bottom = lines.at(-1)?.includes("q quit") ?? false;
        return small
          ? text.includes("terminal too small")
          : bottom && (lines[0]?.includes("READ-ONLY viewer") ?? false);
      });
      const headlines = screen.lines().filter((line) => line.includes("✖ CRITICAL  MariaDB"));
      expect(headlines).toHaveLength(1);
    }
  });
});

describe("what is written", () => {
  it("for one changed number is a few hundred bytes, not the screen", async () => {
    open(["--beat", "700"], { columns: 120, rows: 40 });
    await screen.shows("fuse.glusterfs");
    const [whole = ""] = framesOf(screen.output());
    const start = screen.output().length;
    for (const load of ["0.5", "0.4", "0.5"]) await screen.shows(new RegExp(`web1 {2}● SAFE .* ${load} `));
    const sizes = framesOf(screen.output().slice(start)).map(({ length }) => length);
    expect(whole.length).toBeGreaterThan(4_000);
    expect(Math.max(...sizes)).toBeLessThan(600);
  });
});

describe("leaving", () => {
  it("q leaves a clean terminal", async () => {
    open();
    await screen.shows("q quit");
    expect(screen.isAlternate()).toBe(true);
    expect(screen.isCursorShown()).toBe(false);
    screen.press("q");
    await expect(screen.ended()).resolves.toMatchObject({ exitCode: 0 });
    expectCleanTerminal();
    expect(screen.text()).toContain("ended: quit");
  });

  it("ctrl-c leaves a clean terminal, from a question too", async () => {
    open(["--ask", "host-key"]);
    await screen.shows("[ Refuse ]");
    screen.press("ctrl-c");
    await screen.ended();
    expectCleanTerminal();
    expect(screen.text()).toContain("host key: refuse");
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("%s leaves a clean terminal", async (signal) => {
    open();
    await screen.shows("q quit");
    screen.signal(signal);
    await expect(screen.ended()).resolves.toMatchObject({ exitCode: 143 });
    expectCleanTerminal();
    expect(screen.text()).toContain(`ended: ${signal}`);
  });

  it("an exception nobody caught leaves a clean terminal, and is told", async () => {
    open(["--ask", "crash"]);
    await expect(screen.ended()).resolves.toMatchObject({ exitCode: 1 });
    expectCleanTerminal();
    expect(screen.text()).toContain("ended: Error: made to fail");
  });
});

describe("for a while", () => {
  it("ctrl-z gives the terminal back to the shell, and fg comes back to where it was", async () => {
    screen = openScreen({ command: ["/bin/sh", "-i"], env: { PS1: "$ " } });
    await screen.shows("$ ");
    screen.press(`${process.execPath} test/screen/fixture-console.ts --scenario member-lost`, "enter");
    await screen.shows("q quit");
    screen.press("2", "enter");
    await screen.shows("committed");
    screen.press("ctrl-z");
    await screen.shows("Stopped");
    expect(screen.isAlternate()).toBe(false);
    expect(screen.isCursorShown()).toBe(true);
    screen.press("fg", "enter");
    await screen.shows("committed");
    expect(screen.isAlternate()).toBe(true);
    screen.press("escape");
    await screen.shows("── systems");
    screen.press("q");
    await screen.shows("ended: quit");
    expectCleanTerminal();
    screen.press("exit", "enter");
    await screen.ended();
  });

  it("ctrl-l repairs a screen that something else wrote on", async () => {
    open(["--ask", "scribble"]);
    await screen.shows("scribbled here");
    screen.press("ctrl-l");
    await screen.shows((text) => text.includes("READ-ONLY viewer") && !text.includes("scribbled here"));
    expect(screen.lines().at(-1)).toContain("q quit");
    expect(screen.text()).toContain("▸ ● web1");
  });
});

describe("plain terminals", () => {
  it("NO_COLOR: no colour is written, and nothing is lost", async () => {
    open(["--scenario", "member-lost"], { env: { NO_COLOR: "1" } });
    await screen.shows("explains 1");
    // Bold, dim, inverse and their ends; nothing from 30 on.
    const codes = [...screen.output().matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list = ""]) =>
      list.split(";").map(Number),
    );
    expect(codes.filter((code) => code >= 30)).toEqual([]);
    expect(codes).toContain(7);
    expect(screen.text()).toContain("✖ CRITICAL");
  });

  it("colour is of the sixteen", async () => {
    open(["--scenario", "member-lost"]);
    await screen.shows("✖ CRITICAL");
    const codes = [...screen.output().matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list = ""]) =>
      list.split(";").map(Number),
    );
    expect(codes).toContain(31);
    expect(codes.filter((code) => code > 39)).toEqual([]);
  });

  it.each([["--ascii"], ["LANG"]])("%s: every character is ASCII", async (how) => {
    open(["--scenario", "member-lost", ...(how === "LANG" ? [] : [how])], { env: how === "LANG" ? { LANG: "C" } : {} });
    await screen.shows("X CRITICAL");
    screen.press("?");
    await screen.shows("as it should be");
    expect(screen.output()).toMatch(/^[\u0000-\u007f]*$/);
  });
});

describe("questions in a real terminal", () => {
  it("a passphrase is never written, and is received whole", async () => {
    open(["--ask", "passphrase"]);
    await screen.shows("is locked");
    screen.press("h", "u", "s", "h");
    await screen.shows("> ••••");
    screen.paste("-hush");
    await screen.shows("> •••••••••");
    screen.press("enter");
    await screen.lacks("is locked");
    expect(screen.output()).not.toContain("hush");
    screen.press("q");
    await screen.ended();
    expect(screen.output()).toContain("passphrase of 9");
  });
});
