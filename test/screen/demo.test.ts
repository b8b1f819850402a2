import { afterEach, describe, expect, it } from "vitest";
import { openScreen, ROOT, type Screen } from "./driver.ts";

let screen: Screen;

/** A host's first handshakes and the slowest of the first questions. */
const FIRST_MS = 25_000;

const openDemo = async (columns: number, rows: number, args: readonly string[] = [], env = {}): Promise<void> => {
  screen = openScreen({ command: [process.execPath, `${ROOT}dist/main.js`, "demo", ...args], columns, rows, env });
  await screen.shows("quit", FIRST_MS);
};

afterEach(() => screen.close());

const expectCleanTerminal = (): void => {
  expect(screen.isAlternate()).toBe(false);
  expect(screen.isCursorShown()).toBe(true);
};

describe("the demo as a stranger sees it", () => {
  it("at 120x40: seven live panes, and every key in the footer does what it says", { timeout: 120_000 }, async () => {
    await openDemo(120, 40);
    await screen.shows(/● all well · \d+ notes?\n +Sites up \(web 3\/3\)/, FIRST_MS);
    await screen.shows(/web1 +● SAFE .*\n.*web2 +● SAFE .*\n.*web3 +● SAFE /, FIRST_MS);
    const first = screen.text();
    expect(screen.lines()[0]).toMatch(/DEMO · shop .*OPERATOR locked/);
    for (const pane of ["1: hosts", "2: galera", "3: gluster", "4: redis", "5: haproxy", "6: web", "7: shadow"])
      expect(first).toMatch(new RegExp(`[─━]{2} ${pane} `));
    for (const live of [
      /web1 +Synced +Primary +3/,
      /data +Started +3\/3/,
      /sessions +up +[\d,]+/,
      /web\/web1 +UP/,
      /web1 +running/,
    ])
      expect(first).toMatch(live);

    // ⏎ open, esc back
    screen.press("enter");
    await screen.shows(/━━ web1: may it be taken out now\? ● SAFE/);
    await screen.shows("what runs on it");
    screen.press("escape");
    screen.press("2", "enter");
    await screen.shows(/━━ 2: galera .*\n.*\n(.*\n)*.*galera\.[a-z]+@web1 · answered/);
    screen.press("escape");
    await screen.shows("── 7: shadow");
    // e evidence
    screen.press("e");
    await screen.shows("━━ evidence · web1");
    await screen.shows(/took [\d.]+ m?s · asked every 2s/);
    expect(screen.text()).toContain("wsrep_cluster_status");
    screen.press("escape");
    // f findings
    screen.press("f");
    await screen.shows("━━ findings");
    await screen.shows("security upgrades wait");
    screen.press("escape");
    // / filter
    screen.press("1", "/", "l", "b", "1");
    await screen.shows('only "lb1"');
    await screen.lacks(/web1 +● SAFE/);
    screen.press("escape");
    await screen.shows(/web1 +● SAFE/);
    // ↑↓ move
    await screen.shows(/▸ . web1/);
    screen.press("down");
    await screen.shows(/▸ . web2/);
    screen.press("up");
    // 1-7 pane
    for (const [key, title] of [
      ["7", "7: shadow"],
      ["3", "3: gluster"],
      ["1", "1: hosts"],
    ] as const) {
      screen.press(key);
      await screen.shows(`━━ ${title}`);
    }
    // r refresh, p pause
    screen.press("r");
    await screen.shows("asking everything now");
    screen.press("p");
    await screen.shows(/PAUSED \d+s/);
    screen.press("p");
    await screen.lacks("PAUSED");
    // w quiet
    screen.press("w");
    await screen.lacks("2: galera");
    await screen.shows(/web1 +● SAFE/);
    screen.press("escape");
    await screen.shows("2: galera");
    // ? help
    screen.press("?");
    await screen.shows("as it should be");
    screen.press("pagedown");
    await screen.shows(/1-7 +Go to the pane of that number/);
    screen.press("escape");
    // s break
    screen.press("s");
    await screen.shows("demo: what happens");
    screen.press("d", "r", "a", "i", "n", "e", "d");
    await screen.shows("> drained");
    screen.press("enter");
    await screen.shows(/▲ WARNING +web\/web2 is drained/, FIRST_MS);
    // q quit
    screen.press("q");
    await expect(screen.ended()).resolves.toMatchObject({ exitCode: 0 });
    expectCleanTerminal();
  });

  it(
    "at 80x24: every system in a line, the worst host first; kill -TERM leaves a clean terminal",
    { timeout: 90_000 },
    async () => {
      await openDemo(80, 24, ["--scenario", "member-non-primary"]);
      await screen.shows("✖ CRITICAL  web2's database is cut off", FIRST_MS);
      await screen.shows(/host +take out\? +why.*\n▸? +✖ web2 +▲ WAIT .*\n.*web1 +✖ NO .*\n.*web3 +✖ NO /, FIRST_MS);
      await screen.shows(/^ {3}Sites up \(web \d\/3\)\.\n {3}Next: look at the network/m);
      for (const system of ["2: galera +✖", "3: gluster", "4: redis", "5: haproxy +▲", "6: web", "7: shadow"])
        expect(screen.text()).toMatch(new RegExp(`^. ${system}`, "m"));
      screen.resize(60, 20);
      await screen.shows(
        (text) => text.split("\n").at(-1)?.includes("q quit") === true && /^ .*DEMO.*OPERATOR locked/.test(text),
      );
      expect(screen.lines()).toHaveLength(20);
      expect(screen.text()).toMatch(/^. 7: shadow/m);
      screen.signal("SIGTERM");
      await expect(screen.ended()).resolves.toMatchObject({ exitCode: 143 });
      expectCleanTerminal();
    },
  );

  it("at 60x20 without colour and in ASCII nothing is lost", { timeout: 90_000 }, async () => {
    await openDemo(60, 20, ["--scenario", "php-as-source", "--ascii", "--read-only"], { NO_COLOR: "1" });
    await screen.shows(/^ X CRITICAL /m, FIRST_MS);
    expect(screen.lines()[0]).toMatch(/DEMO.*READ-ONLY viewer/);
    expect(screen.output()).toMatch(/^[\u0000-\u007f]*$/);
    const codes = [...screen.output().matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list = ""]) =>
      list.split(";").map(Number),
    );
    expect(codes.filter((code) => code >= 30)).toEqual([]);
    screen.press("ctrl-c");
    await screen.ended();
    expectCleanTerminal();
  });
});
