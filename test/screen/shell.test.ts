import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { openScreen, ROOT, type Screen } from "./driver.ts";

let screen: Screen;
let folder: string;
let demo: LaunchedDemo;

const installed = await execa("ssh", ["-V"], { reject: false });
const ALPHABET = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(97 + at));
/** A host's first handshakes and the slowest of the first questions. */
const FIRST_MS = 40_000;

const openDemo = async (...args: readonly string[]): Promise<void> => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-shell-"));
  screen = openScreen({
    command: [process.execPath, `${ROOT}dist/main.js`, "-i", demo.inventoryPath, ...args],
    columns: 100,
    rows: 30,
    env: { XDG_STATE_HOME: folder },
  });
  await screen.shows(/▸ . web1/, FIRST_MS);
};

const audit = async (): Promise<string> => {
  const { stdout } = await execa("cat", [join(folder, "midwatch", "shop", "audit.jsonl")], { reject: false });
  return stdout;
};

afterEach(async () => {
  await screen.close();
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(installed.exitCode !== 0)("a shell from the console", () => {
  it("is the host's own, after a reason; the console comes back as it was", { timeout: 120_000 }, async () => {
    await openDemo();
    // The first key of all: nothing it does in the background is waited for.
    screen.press("!");
    await screen.shows("reason goes to the audit");
    screen.press("look at a log", "enter");
    await screen.shows("ops@web1:~$", 30_000);
    expect(screen.isAlternate()).toBe(false);
    screen.press("hostname", "enter");
    await screen.shows(/\nweb1\n/, 30_000);
    // Theirs, not ours.
    screen.press("ctrl-c");
    await screen.shows("^C", 30_000);
    // Every key, one by one, as a person types: a console that still reads would take some of them.
    for (const key of ["echo ", ...ALPHABET, "enter"]) {
      screen.press(key);
      await delay(20);
    }
    await screen.shows(`\n${ALPHABET.join("")}\n`, 30_000);
    screen.press("exit", "enter");
    await screen.shows(/shell on web1 closed: exit code 0/, 30_000);
    expect(screen.isAlternate()).toBe(true);
    await screen.shows(/▸ . web1/);
    screen.press("down");
    await screen.shows(/▸ . web2/);
    expect(await audit()).toMatch(/"shell-opened","host":"web1".*look at a log(.*\n)*.*"shell-closed","host":"web1"/);
  });

  it("is not for who may only look", { timeout: 120_000 }, async () => {
    await openDemo("--read-only");
    screen.press("!");
    await screen.shows("you are a viewer here");
    expect(await audit()).not.toContain("shell-opened");
  });
});
