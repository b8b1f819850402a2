import { afterEach, describe, expect, it, vi } from "vitest";
import { helpLines } from "../../src/ui/draw/help.ts";
import { plainText } from "../../src/ui/line.ts";
import { setFlash } from "../../src/ui/state.ts";
import { openApp, type TestApp } from "./app.tsx";
import { pictureOf, type PictureOptions } from "./fixtures/picture.ts";

const UP = "\u001b[A";
const DOWN = "\u001b[B";
const RIGHT = "\u001b[C";
const LEFT = "\u001b[D";
const END = "\u001b[F";
const PAGE_DOWN = "\u001b[6~";
const ESCAPE = "\u001b";
const ENTER = "\r";

// Every key is waited for, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let app: TestApp;

const open = async (
  options: PictureOptions = {},
  size = { columns: 80, rows: 24 },
  scenarios: readonly string[] = [],
) => {
  app = await openApp(pictureOf(options), size, scenarios);
};

afterEach(() => app.close());

describe("the overview", () => {
  it("at 80x24 says what is wrong, then the worst host, then a line a system", async () => {
    await open({ memberLost: "web3" });
    await app.shows("web3  ▲ WAIT     about 4m, until its member is back");
    const lines = app.lines();
    expect(lines).toHaveLength(24);
    expect(lines.slice(1, 4)).toEqual([
      " ✖ CRITICAL  MariaDB on web3 stopped 4m ago: 2 of 3 members, none to spare",
      "   Sites up (web 3/3). Next: look at why it stopped (journalctl -u mariadb on",
      "   web3); do not take another member out",
    ]);
    expect(lines.slice(5, 10).map((line) => line.slice(0, 44).trimEnd())).toEqual([
      "    host  take out?  why",
      "▸ ✖ web3  ▲ WAIT     about 4m, until its mem",
      "  ● web1  ✖ NO       2 of 2 votes needed",
      "  ● web2  ✖ NO       2 of 2 votes needed",
      "  ● lb1   ✖ NO       the only load balancer:",
    ]);
    expect(lines.slice(11, 17).map((line) => line.slice(2, 18))).toEqual([
      "2: Galera      ✖",
      "3: GlusterFS   ●",
      "4: Redis       ●",
      "5: HAProxy     ▲",
      "6: Apache/PHP  ●",
      "7: Shadow sync ●",
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("an unreachable host is unknown, not well and not 0", async () => {
    await open({ unreachable: "web2" });
    await app.shows("? UNKNOWN  web2 does not answer");
    expect(app.lines()[6]).toMatch(/^▸ \? web2 {2}\? UNKNOWN {2}no answer: timeout .*\?/);
  });

  it("what was not asked yet is no alarm", async () => {
    await open({ pending: true });
    await app.shows("… ASKING  first answers are coming: 3 of 42");
    expect(app.lines().join("\n")).not.toContain("UNKNOWN");
  });

  it("hosts and systems read as one list: the arrows go from the last host to the first system and back", async () => {
    await open();
    await app.press(DOWN, DOWN, DOWN);
    await app.shows("▸ ● lb1");
    await app.press(DOWN);
    await app.shows("▸ 2: Galera");
    await app.press(DOWN, UP, UP);
    await app.shows("▸ ● lb1");
  });

  it("the cursor stays on its host when another becomes the worst", async () => {
    await open();
    await app.shows("▸ ● web1");
    app.watch().show(pictureOf({ memberLost: "web3" }));
    await app.shows("  ✖ web3");
    expect(app.lines()[7]).toMatch(/^▸ ● web1/);
  });

  it("at 100x30 every pane has its place, and each its rows", async () => {
    await open({}, { columns: 100, rows: 30 });
    await app.shows("7: Shadow sync");
    for (const title of ["1: Hosts", "2: Galera", "3: GlusterFS", "4: Redis", "5: HAProxy", "6: Apache/PHP"])
      expect(app.lines().join("\n")).toContain(title);
    expect(app.lines()).toHaveLength(30);
  });

  it("a terminal too small still says what is wrong", async () => {
    await open({ memberLost: "web3" }, { columns: 40, rows: 8 });
    await app.shows("terminal too small");
    expect(app.lines().slice(0, 2)).toEqual([" READ-ONLY viewer", " ✖ CRITICAL  MariaDB on web3 stopped…"]);
    expect(app.lines()).toHaveLength(8);
  });
});

describe("a pane over the whole screen", () => {
  it("shows all of a system and what the row had no room for", async () => {
    await open({ memberLost: "web3" });
    await app.press("2", ENTER);
    await app.shows("━━ 2: Galera ✖ CRITICAL");
    await app.shows("committed 1,284,220");
    await app.press(DOWN, DOWN);
    await app.shows("▸ ✖ web3    stopped 4m");
    await app.shows("galera.view@web3 · answered");
    await app.press(ESCAPE);
    await app.shows("── systems ─");
  });

  it("scrolls through hundreds of rows and says where it is", async () => {
    const hosts = Array.from({ length: 300 }, (_, i) => `web${String(i + 1).padStart(3, "0")}`);
    await open({ hosts });
    await app.press("z", PAGE_DOWN);
    await app.shows("row 12 of 600");
    await app.press(END);
    await app.shows("▸ ● web300  /");
    expect(app.lines().join("\n")).toContain("    host    disk");
  });

  it("the arrows go from pane to pane", async () => {
    await open();
    await app.press("z", RIGHT);
    await app.shows("━━ 2: Galera");
  });
});

describe("a host's page", () => {
  it("says whether it may be taken out, with every system's reason, the decisive first", async () => {
    await open({ memberLost: "web3" });
    await app.press(ENTER);
    await app.shows("━━ web3: may it be taken out now? ▲ WAIT ━");
    const lines = app.lines();
    expect(lines[5]).toMatch(/^ {4}take out\? {2}system {2}why +in about$/);
    expect(lines[6]).toMatch(/^▸ ▲ WAIT {7}galera {2}until its member is back +4m$/);
    expect(lines[7]).toMatch(/^ {2}● SAFE {7}host {4}it answers$/);
    expect(lines[9]).toBe("  what is wrong with it");
    expect(lines[11]).toContain("✖ MariaDB on web3 stopped 4m ago");
    await app.press(DOWN, DOWN);
    await app.shows("Means: the others carry its readers");
    await app.press(END);
    await app.shows("what runs on it");
  });

  it("leads to the evidence of each reason, and back", async () => {
    await open({ memberLost: "web3" });
    await app.press(ENTER, "e");
    await app.shows("━━ evidence · web3: galera");
    await app.shows("galera.view@web3  web3 · ");
    await app.press(ESCAPE);
    await app.shows("━━ web3: may it be taken out now?");
  });

  it("the arrows go to the next host and back", async () => {
    await open();
    await app.press(ENTER);
    await app.shows("━━ web1: may it be taken out now? ● SAFE");
    await app.press(LEFT);
    await app.shows("━━ lb1: may it be taken out now? ✖ NO");
    await app.press(RIGHT);
    await app.shows("━━ web1: may it be taken out now?");
  });
});

describe("the quiet screen", () => {
  it.each([
    [80, 24],
    [60, 20],
  ])("at %ix%i shows the headline and the verdicts, nothing else", async (columns, rows) => {
    await open({ memberLost: "web3" }, { columns, rows });
    await app.press("w");
    await app.shows("esc back");
    const lines = app.lines();
    expect(lines[1]).toContain("✖ CRITICAL  MariaDB on web3 stopped");
    expect(lines.slice(6, 10).map((line) => line.slice(2, 19))).toEqual([
      "✖ web3  ▲ WAIT   ",
      "● web1  ✖ NO     ",
      "● web2  ✖ NO     ",
      "● lb1   ✖ NO     ",
    ]);
    expect(lines.slice(10, -1).every((line) => line === "")).toBe(true);
    await app.press(ESCAPE);
    await app.shows("── systems");
  });

  it("counts the hosts it has no room for", async () => {
    await open({ hosts: Array.from({ length: 40 }, (_, i) => `web${i + 1}`) });
    await app.press("w");
    await app.shows("24 more");
  });
});

describe("evidence", () => {
  it("is what was asked, of whom, when, and the raw answer; it scrolls and stops at the end", async () => {
    await open({ memberLost: "web3" });
    await app.press("2", "e");
    await app.shows("━━ evidence · Galera");
    await app.press(ESCAPE, ENTER, DOWN, DOWN, "e");
    await app.shows("━━ evidence · web3");
    const text = app.lines().join("\n");
    expect(text).toContain("galera.view@web3  web3 · ");
    expect(text).toContain("took 3 ms · asked every 2s");
    expect(text).toContain("$ mariadb -e \"SHOW GLOBAL STATUS LIKE 'wsrep_%'\" on web3");
    await app.press(END);
    await app.shows("wsrep_variable_59");
    await app.press(UP);
    await app.shows("wsrep_variable_58");
  });
});

describe("findings", () => {
  it("are listed worst first, with the next step of the one under the cursor", async () => {
    await open({ memberLost: "web3" });
    await app.press("f");
    await app.shows("▸ ✖ MariaDB on web3");
    await app.shows("Next: look at why it stopped");
    await app.shows("Means: the others carry its readers; one more loss stops all writes");
    await app.shows("Source: Galera documentation, Monitoring the Cluster");
    await app.press(DOWN);
    await app.shows("▸ ▲   · lb1 has mysql/web3 DOWN");
    await app.shows("Source: haproxy.server_down");
  });
});

describe("the filter", () => {
  it("narrows while it is typed, stays with enter, and escape brings back what was", async () => {
    await open();
    await app.press("/", "w", "e", "b", "2");
    await app.shows('━━ 1: Hosts · only "web2"');
    expect(app.lines().filter((line) => /● (web\d|lb1)/.test(line))).toHaveLength(1);
    await app.press(ENTER, "/", "9", ESCAPE);
    await app.shows('only "web2"');
    await app.press(ESCAPE);
    await app.shows("● lb1");
  });

  it("takes letters that are keys elsewhere as text", async () => {
    await open();
    await app.press("/", "q", "p", "\u007f");
    await app.shows("only rows with: q");
    expect(app.done).toEqual([]);
  });
});

describe("lists to choose from", () => {
  it("the demo's scenarios, which a viewer's footer does not offer", async () => {
    await open({ demo: true }, undefined, ["healthy", "node-down"]);
    expect(app.lines().at(-1)).not.toContain("s break");
    await app.press("s");
    await app.shows("demo: what happens");
    await app.press("n", "o", ENTER);
    expect(app.done).toEqual(["scenario node-down"]);
    await app.shows("demo: node-down");
  });

  it("clusters: the other one takes the screen, the one before is left", async () => {
    await open();
    const before = app.watch();
    await app.press("c", DOWN, ENTER);
    await app.shows("midwatch · shop-staging");
    await vi.waitFor(() => expect(before.asked).toEqual(["close"]));
  });

  it("actions by name, with what cannot be done now and why", async () => {
    await open();
    await app.press(":");
    await app.shows("Show only rows that hold a text");
    await app.press("d", "e", "m", "o");
    await app.shows("▸ Demo: break something, or make it well  only the demo can be broken");
    await app.press(ENTER);
    expect(app.done).toEqual([]);
    await app.press("\u0015", "a", "n", "e", "w", ENTER);
    expect(app.done).toEqual(["redraw"]);
  });
});

describe("questions", () => {
  const question = { host: "web2", address: "10.77.0.12", port: 22, keyType: "ssh-ed25519", fingerprint: "SHA256:abc" };

  it("stand over everything; enter at once refuses", async () => {
    await open();
    const asked = app.prompts().hostKey(question);
    await app.shows("unknown host key: web2");
    await app.shows("[ Refuse ]");
    expect(app.lines()[0]).toContain("READ-ONLY viewer");
    await app.press(ENTER);
    await expect(asked).resolves.toBe("refuse");
  });

  it("are answered with the arrows", async () => {
    await open();
    const asked = app.prompts().hostKey(question);
    await app.shows("[ Refuse ]");
    await app.press(RIGHT);
    await app.shows("[ Trust once ]");
    await app.press(ENTER);
    await expect(asked).resolves.toBe("once");
  });

  it("a passphrase is typed or pasted unseen", async () => {
    await open();
    const asked = app.prompts().passphrase({ keyPath: "~/.ssh/id_ed25519", host: "web1", attempt: 2 });
    await app.shows("That was not it");
    await app.press("q", "\u001b[200~geheim\u001b[201~");
    await app.shows("> •••••••");
    expect(app.lines().join("\n")).not.toContain("geheim");
    await app.press(ENTER);
    await expect(asked).resolves.toBe("qgeheim");
  });
});

describe("every key", () => {
  it("that cannot do its work says why", async () => {
    await open();
    await app.press("s");
    await app.shows("only the demo can be broken from here");
    await app.press("8");
    await app.shows("there is no pane 8");
    await app.press("b");
    await app.shows("b does nothing here; ? lists all keys");
  });

  it("what it came to goes away by itself", async () => {
    await open();
    await app.press("b");
    app.shell.desk.update((ui) => setFlash(ui, { text: "long ago", tone: "plain", untilMs: 1 }));
    await app.shows("? help");
  });

  it("pressed right after escape is not taken for alt- and that key", async () => {
    await open();
    await app.press("2", ENTER);
    await app.shows("━━ 2: Galera");
    await app.press("\u001bf");
    await app.shows("━━ findings");
    await app.press(ESCAPE);
    await app.shows("── systems");
  });

  it("asks, pauses, quits, redraws, suspends", async () => {
    await open();
    await app.press("r", "p");
    expect(app.watch().asked).toEqual(["refresh all", "pause"]);
    await app.shows("PAUSED");
    await app.press("r");
    await app.shows("paused: nothing is asked");
    await app.press("p", "\u000c", "\u001a", "q", "\u0003");
    expect(app.done).toEqual(["redraw", "suspend", "quit", "quit"]);
  });

  it("the help lists all keys with what they do, and the signs", async () => {
    await open();
    await app.press("?");
    await app.shows("● OK          as it should be");
    expect(app.lines().at(-1)).toMatch(/esc back {2}↑↓ scroll {2}pgup\/pgdn page/);
    await app.press("\u001b[6~");
    await app.shows("Drain a host (not for a viewer)");
    await app.press(END);
    await app.shows("Erase everything typed");
  });

  it("the help says what a pane's own words mean", async () => {
    await open();
    const scene = app.shell.desk.scene();
    const systems = scene.picture.systems.map((system) =>
      system.id === "galera"
        ? { ...system, pane: { ...system.pane, words: [{ word: "IST 8h14m", means: "how long one may be away" }] } }
        : system,
    );
    const { keymap, theme } = app.shell;
    const lines = helpLines(keymap, { ...scene, picture: { ...scene.picture, systems } }, 78, theme).map(plainText);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}IST 8h14m +how long one may be away/));
  });
});
