import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { openScreen, ROOT, type Screen } from "./driver.ts";

let demo: LaunchedDemo;
let folder: string;
let screens: readonly Screen[] = [];

/** Handshakes, first answers, gates that wait for the next round: on a machine that may be busy. */
const SLOW_MS = 90_000;

afterEach(async () => {
  await Promise.all(screens.map((screen) => screen.close()));
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

/** A console on a machine of its own, as far as what it keeps goes. */
const openOn = async (machine: string, columns: number, rows: number): Promise<Screen> => {
  const screen = openScreen({
    command: [process.execPath, `${ROOT}dist/main.js`, "-i", demo.inventoryPath],
    columns,
    rows,
    env: { XDG_STATE_HOME: join(folder, machine) },
  });
  screens = [...screens, screen];
  await screen.shows("OPERATOR locked", SLOW_MS);
  return screen;
};

const type = async (screen: Screen, text: string): Promise<void> => {
  screen.press(...text.split(""));
  await screen.shows(`> ${text}`);
  screen.press("enter");
};

const audit = (machine: string): Promise<string> =>
  readFile(join(folder, machine, "midwatch", "shop", "audit.jsonl"), "utf8");

it(
  "the other console is told who changes what, and can take over; the first stops and says why",
  { timeout: 500_000 },
  async () => {
    demo = await launchDemo({ speed: 4 });
    folder = await mkdtemp(join(tmpdir(), "midwatch-two-"));
    const first = await openOn("one", 80, 24);
    await first.shows(/web2 +● SAFE/, SLOW_MS);
    first.press("down");
    await first.shows(/^▸ \S web2 /m);
    first.press("D");
    await first.shows("goes to the audit");
    await type(first, "kernel update");
    await first.shows("Go on with these", SLOW_MS);
    first.press("enter");
    await first.shows("Begin drain of web2", SLOW_MS);
    first.press("right", "right", "enter");
    await first.shows(/Waits for you: ⏎ runs it/, SLOW_MS);
    first.press("enter");
    await first.shows(/✔ +2 no new visitors/, SLOW_MS);
    await first.shows(/Waits for you: ⏎ runs it/, SLOW_MS);

    // In a line of every view: who, where, what, since when, at which step; and the key.
    const second = await openOn("two", 80, 24);
    await second.shows(/▲ \S+ on \S+ runs: drain of web2, begun \S+ ago.*: v shows it/, SLOW_MS);
    second.press("v");
    await second.shows("somebody else is at it", SLOW_MS);
    await second.shows("Take over. Undo: take back what was sent");
    expect(second.text()).toContain("Talk to them");
    // The first answer sends nothing.
    second.press("enter");
    await second.lacks("somebody else is at it");
    second.press("v");
    await second.shows("Take over. Undo: take back what was sent", SLOW_MS);
    second.press("down", "down", "enter");
    await second.shows("i unlock", SLOW_MS);
    await type(second, "it must be back before six");
    await second.shows("goes to the audit of both", SLOW_MS);
    await type(second, "agreed by phone");
    await second.shows("Taken back: drain of web2", SLOW_MS * 2);

    // It was waiting for its operator: told to go on, it finds that it may not.
    first.press("enter");
    await first.shows(/Stopped: the cluster's lock\s/, SLOW_MS);
    await first.shows("⏎: resume, undo or leave it");
    second.press("enter");
    await second.shows("── systems");
    expect(await audit("two")).toContain("agreed by phone");
    expect(await audit("one")).toContain('"lock-lost"');
  },
);
