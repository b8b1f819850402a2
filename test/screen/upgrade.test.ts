import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { openScreen, ROOT, type Screen } from "./driver.ts";

let demo: LaunchedDemo;
let folder: string;
let screen: Screen;

/** Handshakes, plans and gates that wait for the next round: on a machine that may be busy. */
const SLOW_MS = 90_000;
const WHOLE_MS = 240_000;

beforeAll(async () => {
  demo = await launchDemo({ speed: 6 });
  folder = await mkdtemp(join(tmpdir(), "midwatch-walk-"));
}, SLOW_MS);
afterEach(() => screen.close());
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const env = () => ({ XDG_STATE_HOME: folder });
const open = async (columns: number, rows: number): Promise<void> => {
  const command = [process.execPath, `${ROOT}dist/main.js`, "-i", demo.inventoryPath] as const;
  screen = openScreen({ command, columns, rows, env: env() });
  await screen.shows("OPERATOR locked", SLOW_MS);
};

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", demo.inventoryPath], {
    cwd: ROOT,
    env: env(),
    reject: false,
  });

/** Into a field that has opened, once it is all there. */
const type = async (text: string): Promise<void> => {
  screen.press("ctrl-u", ...text.split(""));
  await screen.shows(`> ${text}`);
  screen.press("enter");
};

/** In the list of options, wherever the cursor is, down to one. */
const toOption = async (label: string): Promise<void> => {
  await screen.shows("Go on with these", SLOW_MS);
  const marked = new RegExp(`▸ ${label}`);
  const labels = screen.lines().flatMap((line) => /(?:│ [▸ ] )(Go on|\w+ =)/.exec(line)?.[1] ?? []);
  for (let i = 0; i < labels.findIndex((each) => label.startsWith(each)); i += 1) screen.press("down");
  await screen.shows(marked);
};

const choose = async (name: string, value: string): Promise<void> => {
  await toOption(`${name} =`);
  screen.press("enter");
  await screen.lacks("Go on with these");
  await type(value);
  await screen.shows(new RegExp(`${name} = ${value}`));
};

/** Every deed has a reason of its own; here it is the one that was given before. */
const sameReason = async (): Promise<void> => {
  await screen.shows("What was said last stands here", SLOW_MS);
  screen.press("enter");
  await screen.lacks("What was said last stands here");
};

/** From the overview to the first step, by keys. */
const begin = async (options: Readonly<Record<string, string>>, title: string): Promise<void> => {
  // On a busy machine an answer may come late, and then nothing may be taken.
  await screen.shows(/web2 +● SAFE/, SLOW_MS);
  screen.press("U");
  await sameReason();
  for (const [name, value] of Object.entries(options)) await choose(name, value);
  screen.press("enter");
  await screen.shows(`Begin ${title}`, SLOW_MS);
};

const unlock = async (reason: string): Promise<void> => {
  screen.press("L");
  await screen.shows("goes to the audit");
  await type(reason);
  await screen.shows(/OPERATOR \S+ · unlocked/, SLOW_MS);
};

const agree = (): void => screen.press("right", "right", "enter");

/** In the overview, whatever order the hosts are in. */
const toHost = async (host: string): Promise<void> => {
  const rows = (): readonly string[] => screen.lines().flatMap((line) => /^[▸ ] \S (web\d|lb1) /.exec(line)?.[1] ?? []);
  screen.press("1", "home");
  await screen.shows(() => new RegExp(`^▸ \\S ${rows()[0] ?? "?"} `, "m").test(screen.text()));
  screen.press(
    ...rows()
      .slice(0, rows().indexOf(host))
      .map(() => "down"),
  );
  await screen.shows(new RegExp(`^▸ \\S ${host} `, "m"));
};

const waits = (): Promise<string> => screen.shows(/Waits for you: ⏎ runs it/, SLOW_MS);

describe("a rolling upgrade by keys, on the embedded cluster", { timeout: WHOLE_MS * 2.5 }, () => {
  it("is walked from the lock to the report, and every host is new and back", async () => {
    await open(120, 40);
    await unlock("security fixes");
    const title = "rolling upgrade of web2, lb1";
    await begin({ hosts: "web2,lb1", packages: "web,haproxy", settle: "1s", wait: "20s" }, title);
    // May every one of them be taken out, what is sent, why, and what takes it back.
    const dialog = screen.text();
    expect(dialog).toContain("● web2 may be taken out: SAFE");
    expect(dialog).toContain("✖ later, lb1 may be taken out: NO");
    expect(dialog).toContain("Reason: security fixes");
    agree();
    // The first steps one by one, then by itself until it must be said that the only load balancer is taken.
    await screen.shows(/Waits for you: ⏎ runs it/, SLOW_MS);
    screen.press("enter");
    await screen.shows(/✔ +2 may web2 be taken out/, SLOW_MS);
    await screen.shows(/Waits for you: ⏎ runs it/, SLOW_MS);
    screen.press("a");
    await screen.shows(/Waits for you: ⏎ to pass "lb1 may be taken out"/, WHOLE_MS);
    screen.press("enter");
    await screen.shows("type lb1");
    await type("lb1");
    await screen.shows("goes on all the same");
    await type("announced for tonight");
    await screen.shows(`Done: ${title}`, WHOLE_MS);
    await screen.shows("Report (o shows it):");
    screen.press("enter");
    await screen.shows("1: hosts");
    screen.press("v");
    await screen.shows("nothing is under way, and nothing is unfinished");
    screen.press("q");
    await screen.ended();

    const reports = join(folder, "midwatch", "shop", "reports");
    const [name = ""] = await readdir(reports);
    const report = await readFile(join(reports, name), "utf8");
    expect(report).toContain("| web2 | apache2 | 2.4.68-1~deb12u1 | 2.4.71-1~deb12u1 |");
    expect(report).toContain("announced for tonight");
    // Nobody has the lock, nothing is unfinished, and nothing is left to be done there.
    expect(await midwatch("journal")).toMatchObject({ exitCode: 0 });
    const again = await midwatch(
      "run",
      "upgrade",
      "--dry-run",
      "--set",
      "hosts=web2,lb1",
      "--set",
      "packages=web,haproxy",
    );
    expect(again.stderr).toContain("nothing to upgrade");
  });

  it("is paused, stopped, gone on with, taken back; and what nothing rests on is left out by typing it", async () => {
    await open(100, 30);
    await unlock("security fixes");
    const title = "rolling upgrade of web3";
    await begin({ hosts: "web3", packages: "web", settle: "1s", wait: "20s" }, title);
    agree();
    await waits();
    // What comes later rests on this one.
    screen.press("K");
    await screen.shows("cannot be left out");
    screen.press("a");
    await screen.shows(/✔ +3 no new visitors/, SLOW_MS);
    screen.press("p");
    await screen.shows("step by step");
    await waits();
    screen.press("s");
    await screen.shows("Stopped: stopped on request", SLOW_MS);
    await screen.shows("⏎: resume, undo or leave it; esc looks on");
    screen.press("escape");
    await screen.shows(`▸ ${title} has ended: v shows it`);
    screen.press("v", "enter");
    await screen.shows("Look on first", SLOW_MS);
    screen.press("enter");
    await screen.lacks("Look on first");
    await screen.shows(/▲ unfinished: upgrade of shop stopped at step \d+ of \d+/);
    screen.press("v");
    await screen.shows("Resume: go on where it stopped", SLOW_MS);
    screen.press("down", "enter");
    await sameReason();
    await waits();
    // What was done before it was stopped stands there as done.
    expect(screen.text()).toMatch(/✔ +1 /);
    screen.press("u");
    await screen.shows(`take back the ${title}?`);
    screen.press("right", "enter");
    await screen.shows(`Taken back: ${title}`, SLOW_MS * 2);
    screen.press("enter");
    await screen.lacks("Taken back");

    // Back already: nothing to send, and a visitor that need not be waited for.
    await toHost("web3");
    screen.press("R");
    await sameReason();
    await screen.shows("Begin return of web3", SLOW_MS);
    agree();
    for (let at = await waits(); !at.includes("▸  4"); at = await waits()) {
      const before = screen.text();
      screen.press("enter");
      await screen.shows((text) => text !== before && !text.includes("Waits for you"), SLOW_MS);
    }
    screen.press("K");
    await screen.shows("type skip");
    await type("skip");
    await screen.shows("Done: return of web3", SLOW_MS);
    screen.press("enter");
    await screen.lacks("Done: return");
    expect(await midwatch("journal")).toMatchObject({ exitCode: 0 });
  });
});
