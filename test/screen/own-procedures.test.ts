import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { openScreen, ROOT, type Screen } from "./driver.ts";

const SAY = `name: say
title: say something
about: writes a line into a host's log
on: host
parameters:
  word: { about: what is said, default: hello, pattern: "[a-z]+" }
steps:
  - id: say
    title: say {word}
    why: to see that it can be
    run: [{ on: subject, command: [/usr/bin/logger, -t, own, "{word}"] }]
`;

let screen: Screen;
let demo: LaunchedDemo;
let folder: string;

/** A host's first handshakes and the slowest of the first questions. */
const FIRST_MS = 40_000;

afterEach(async () => {
  await screen.close();
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

it(
  "a procedure of one's own stands among midwatch's, and is walked through like them",
  { timeout: 150_000 },
  async () => {
    demo = await launchDemo();
    folder = await mkdtemp(join(tmpdir(), "midwatch-own-"));
    const procedures = join(dirname(demo.inventoryPath), "procedures");
    await mkdir(procedures);
    await writeFile(join(procedures, "say.yaml"), SAY);
    screen = openScreen({
      command: [process.execPath, `${ROOT}dist/main.js`, "-i", demo.inventoryPath],
      columns: 110,
      rows: 36,
      env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    await screen.shows(/▸ . web1/, FIRST_MS);
    screen.press("x");
    await screen.shows("do with web1");
    for (const letter of "say some") screen.press(letter === " " ? "space" : letter);
    await screen.shows(/say something.*writes a line/);
    screen.press("enter");
    await screen.shows("reason goes to the audit", FIRST_MS);
    screen.press("a test", "enter");
    await screen.shows("Go on with these", FIRST_MS);
    // What an option is for stands there while the cursor is on it.
    screen.press("down");
    await screen.shows("what is said");
    screen.press("up");
    await screen.lacks("what is said");
    screen.press("enter");
    const asked = await screen.shows(/say something on web1/, FIRST_MS);
    expect(asked).toContain("logger -t own hello");
  },
);
