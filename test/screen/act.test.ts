import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { BINDINGS } from "../../src/ui/bindings.ts";
import { readKeymap } from "../../src/ui/keymap-read.ts";
import { openScreen, ROOT, type Screen } from "./driver.ts";
import { serverStatesIn } from "../demo/support/server-states.ts";

let demo: LaunchedDemo;
let folder: string;
let screen: Screen;

/** Handshakes, first answers, gates that wait for the next round: on a machine that may be busy. */
const SLOW_MS = 90_000;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-act-"));
}, SLOW_MS);
afterEach(() => screen.close());
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const open = async (inventory: string, args: readonly string[] = [], columns = 80, rows = 24): Promise<void> => {
  const command = [process.execPath, `${ROOT}dist/main.js`, "-i", inventory, ...args] as const;
  screen = openScreen({ command, columns, rows, env: { XDG_STATE_HOME: folder } });
  await screen.shows("quit", SLOW_MS);
};

/** `web/web2` → status, by a midwatch that only looks. */
const states = async (): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await execa(process.execPath, ["dist/main.js", "status", "--json", "-i", demo.inventoryPath], {
    cwd: ROOT,
    env: { XDG_STATE_HOME: folder },
    reject: false,
  });
  return serverStatesIn(stdout);
};

const audit = async (): Promise<readonly Readonly<Record<string, string>>[]> =>
  (await readFile(join(folder, "midwatch", "shop", "audit.jsonl"), "utf8").catch(() => ""))
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Readonly<Record<string, string>> => JSON.parse(line));

const type = (text: string): void => screen.press(...text.split(""));

/** From the list of hosts to the dialog, unlocking on the way when it is locked. */
const toDialog = async (key: string, title: string, seen = /web2 +● SAFE/): Promise<void> => {
  await screen.shows(seen, SLOW_MS);
  const rows = (): readonly string[] => screen.lines().flatMap((line) => /^[▸ ] \S (web\d|lb1) /.exec(line)?.[1] ?? []);
  screen.press("1", "home");
  await screen.shows(() => new RegExp(`^▸ \\S ${rows()[0] ?? "?"} `, "m").test(screen.text()));
  screen.press(
    ...rows()
      .slice(0, rows().indexOf("web2"))
      .map(() => "down"),
  );
  await screen.shows(/^▸ \S web2 /m);
  screen.press(key);
  await screen.shows((text) => /\[ Cancel \]|Go on with these|goes to the audit/.test(text), SLOW_MS);
  if (screen.text().includes("goes to the audit")) {
    // Where it is unlocked already, what was said last stands there.
    screen.press("ctrl-u");
    type("kernel update");
    await screen.shows("> kernel update");
    screen.press("enter");
    await screen.shows((text) => /OPERATOR \S+ · unlocked/.test(text), SLOW_MS);
    await screen.shows((text) => /\[ Cancel \]|Go on with these/.test(text), SLOW_MS);
  }
  if (screen.text().includes("Go on with these")) screen.press("enter");
  await screen.shows(`Begin ${title}`, SLOW_MS);
};

const begin = (): void => screen.press("right", "right", "enter");

describe("an operator", () => {
  it("drains and returns web2 by keys, and nothing is sent before it is agreed to", { timeout: 300_000 }, async () => {
    await open(demo.inventoryPath);
    await screen.shows("OPERATOR locked");
    await toDialog("D", "drain of web2");
    // What is sent and where, whether it may be, why, what takes it back; and no is where the cursor is.
    for (const words of ["web2 may be taken out: SAFE", "Undo: u takes back", "Reason: kernel update", "[ Cancel ]"])
      expect(screen.text()).toContain(words);
    screen.press("pagedown");
    await screen.shows("lb1  set server web/web2 state drain");
    screen.press("end");
    await screen.shows(", the end");
    screen.press("home");
    await screen.shows(/lines 1-\d+ of/);
    screen.press("enter");
    await screen.lacks("[ Cancel ]");
    await screen.shows("given up: nothing was sent");
    expect(await states()).toMatchObject({ "web/web2": "UP" });

    await toDialog("D", "drain of web2");
    begin();
    // Step by step: the first looks only, the second waits to be told.
    await screen.shows(/Waits for you: ⏎ runs it/, SLOW_MS);
    await screen.shows(/▸ +2 no new visitors/);
    expect(await states()).toMatchObject({ "web/web2": "UP" });
    screen.press("enter");
    await screen.shows(/✔ +2 no new visitors/, SLOW_MS);
    // Looking elsewhere leaves it running, in sight.
    screen.press("escape");
    await screen.shows(/▸ drain of web2 at step \d of \d+.*: v shows it/);
    screen.press("v", "a");
    await screen.shows("Done: drain of web2", SLOW_MS * 2);
    await screen.shows("Report (o shows it):");
    screen.press("o");
    await screen.shows("# drain of web2, cluster shop");
    expect(screen.text()).toContain("kernel update");
    screen.press("escape");
    await screen.shows("Done: drain of web2");
    screen.press("enter");
    await screen.shows("── systems");
    expect(await states()).toMatchObject({ "web/web2": "DRAIN", "mysql/web2": "DRAIN", "web/web1": "UP" });

    await toDialog("R", "return of web2", /. web2 /);
    begin();
    await screen.shows(/Waits for you/, SLOW_MS);
    screen.press("a");
    await screen.shows("Done: return of web2", SLOW_MS * 2);
    screen.press("enter");
    await screen.shows("── systems");
    expect(await states()).toMatchObject({ "web/web2": "UP", "mysql/web2": "UP" });

    // Locked again by hand; what happened is in the audit with its reason.
    screen.press("L");
    await screen.shows("OPERATOR locked");
    screen.press("q");
    await screen.ended();
    const entries = await audit();
    for (const what of ["unlocked", "procedure-begun", "sent", "procedure-ended", "locked"])
      expect(entries.find((entry) => entry["what"] === what)?.["reason"]).toBe("kernel update");
  });

  it("is told on opening what was left, and takes it back from there", { timeout: 300_000 }, async () => {
    await open(demo.inventoryPath, [], 100, 30);
    await toDialog("D", "drain of web2");
    begin();
    await screen.shows(/Waits for you/, SLOW_MS);
    screen.press("enter");
    await screen.shows(/✔ +2 no new visitors/, SLOW_MS);
    screen.signal("SIGKILL");
    await screen.ended();
    await screen.close();

    await open(demo.inventoryPath, [], 60, 20);
    await screen.shows("unfinished", SLOW_MS);
    // The second step was over, and the one after it had not begun.
    await screen.shows(/drain of web2 was cut off at step 3 of\s+│?/);
    expect(screen.lines()[0]).toContain("OPERATOR locked");
    // Looking on is the first answer; the line stays.
    screen.press("enter");
    await screen.lacks("Look on first");
    await screen.shows(/unfinished: drain of web2/);
    screen.press("v");
    await screen.shows("Undo: take back what was sent", SLOW_MS);
    screen.press("down", "down", "enter");
    await screen.shows("i unlock");
    await screen.shows("Then: undo the drain of web2");
    type("put it back");
    await screen.shows("> put it back");
    screen.press("enter");
    await screen.shows("Taken back: drain of web2", SLOW_MS * 2);
    screen.press("enter");
    await screen.lacks("unfinished: drain of web2");
    expect(await states()).toMatchObject({ "web/web2": "UP", "mysql/web2": "UP" });
  });

  it("is asked before quitting in the middle, and the stop is a safe one", { timeout: 300_000 }, async () => {
    await open(demo.inventoryPath);
    await toDialog("D", "drain of web2");
    begin();
    await screen.shows(/Waits for you/, SLOW_MS);
    screen.press("q");
    await screen.shows("[ Stay ]");
    screen.press("enter");
    await screen.shows(/Waits for you/);
    screen.press("q", "right", "enter");
    await expect(screen.ended(SLOW_MS)).resolves.toMatchObject({ exitCode: 0 });
    expect(await states()).toMatchObject({ "web/web2": "UP" });
  });
});

describe("a viewer", () => {
  it.each([
    ["by the inventory", () => demo.viewerInventoryPath, []],
    ["by --read-only", () => demo.inventoryPath, ["--read-only"]],
  ] as const)(
    "%s tries every key that changes something: refused, audited, nothing changed",
    { timeout: 300_000 },
    async (_, inventory, args) => {
      const keymap = await readKeymap();
      if (!keymap.ok) throw new Error("the default keymap does not load");
      const changing = BINDINGS.filter(({ changes }) => changes === true);
      const before = await states();
      const refusals = async () => (await audit()).filter(({ what, role }) => what === "refused" && role === "viewer");
      await open(inventory(), args, 60, 20);
      await screen.shows(/web1 +\S [A-Z]+ /, SLOW_MS);
      const start = (await refusals()).length;
      let pressed = 0;
      for (const { action } of changing)
        for (const keys of keymap.value.keys.get(action) ?? []) {
          screen.press("?");
          await screen.shows("Signs");
          screen.press("escape");
          await screen.lacks("Signs");
          screen.press(...keys);
          await screen.shows("refused: you are a viewer here");
          expect(screen.lines()[0]).toContain("READ-ONLY viewer");
          pressed += 1;
        }
      // Neither does anything choose its way past it, in any view.
      for (const view of [["w"], ["2", "enter"], ["f"], ["t"], ["1", "enter"]]) {
        screen.press(...view, "D");
        await screen.shows("refused: you are a viewer here");
        expect(screen.lines()[0]).toContain("READ-ONLY viewer");
        screen.press("escape", "1");
        pressed += 1;
      }
      screen.press("q");
      await screen.ended();
      expect(pressed).toBeGreaterThan(8);
      expect((await refusals()).length - start).toBe(pressed);
      expect(await states()).toEqual(before);
    },
  );
});
