import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

const RELOAD = `name: reload-origins
title: reload Apache
about: reloads Apache on every origin
on: cluster
parameters:
  word: { about: said in the log, default: hello, pattern: "[a-z]+" }
steps:
  - id: well
    title: all well
    why: a reload of what is not well helps nobody
    before:
      - gate: health-good
      - gate: config-good
      - gate: member-synced
      - gate: nothing-to-heal
      - gate: command-succeeds
        on: origins
        command: [/usr/bin/hostname]
        wanted: "{host} says who it is"
  - id: reload
    title: reload
    why: "{word}"
    run:
      - on: origins
        as: root
        command: [/usr/bin/systemctl, reload, apache2]
        undo: [/usr/bin/systemctl, reload, apache2]
      - on: master
        command: [/usr/bin/logger, -t, own, --, "{word} from {host}"]
    after:
      - gate: health-good
  - id: sync
    title: sync
    why: as every three minutes
    before: [{ gate: no-sync-running }, { gate: sync-target-mounted }]
    run:
      - on: master
        as: root
        long: true
        deadline: 2m
        command: ["{sync-script}"]
    after: [{ gate: no-difference, on: master, within: 2m }]
`;

const FAILS = `name: fails
title: something that fails
about: fails on one host
on: host
steps:
  - id: one
    title: first
    why: to be taken back
    run:
      - { on: subject, command: [/usr/bin/logger, -t, own, did], undo: [/usr/bin/logger, -t, own, undid] }
      - { on: subject, command: [/usr/bin/false-program] }
`;

let demo: LaunchedDemo;
let folder: string;
let procedures: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-own-"));
  procedures = join(dirname(demo.inventoryPath), "procedures");
  await mkdir(procedures);
  await writeFile(join(procedures, "reload.yaml"), RELOAD);
  await writeFile(join(procedures, "fails.yaml"), FAILS);
}, 60_000);
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", demo.inventoryPath], {
    reject: false,
    env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    stdin: "ignore",
    timeout: 100_000,
  });

const ACT = ["--yes", "--reason", "a test"] as const;

describe("procedures of one's own on the embedded cluster", { timeout: 150_000 }, () => {
  it("stand in the list, and are run like midwatch's", async () => {
    const list = await midwatch("run");
    expect(list.stdout).toContain("midwatch run reload-origins");
    expect(list.stdout).toContain("--set word=hello");
    const { stdout, exitCode } = await midwatch("run", "reload-origins", ...ACT, "--set", "word=morning");
    expect(stdout).toContain("sent    web3: sudo /usr/bin/systemctl reload apache2");
    expect(stdout).toContain("'morning from web1'");
    expect(stdout).toContain("nothing differs on web1");
    expect(stdout).toContain("done: reload Apache (word morning)");
    expect(exitCode).toBe(0);
    expect((await midwatch("audit")).stdout).toContain("systemctl reload apache2");
  });

  it("refuse values that do not fit", async () => {
    const { stderr, exitCode } = await midwatch("run", "reload-origins", ...ACT, "--set", "word=UP");
    expect(stderr).toContain("word=UP: it must match [a-z]+");
    expect(exitCode).toBe(77);
  });

  it("stop where a command fails, and are taken back from the journal alone", async () => {
    const failed = await midwatch("run", "fails", "--host", "web2", ...ACT);
    expect(failed.stdout).toContain("stopped: something that fails on web2");
    expect(failed.exitCode).toBe(2);
    await rm(join(procedures, "fails.yaml"));
    const undone = await midwatch("journal", "undo", "--reason", "a test");
    expect(`${undone.stdout}${undone.stderr}`).toContain("taken back: something that fails on web2");
    expect(undone.stdout).toContain("undid");
  });

  it("that are not well cost nobody else, and say where", async () => {
    await writeFile(join(procedures, "broken.yaml"), RELOAD.replace("health-good", "helth-good"));
    const list = await midwatch("run");
    expect(list.stdout).toContain("midwatch run drain");
    expect(list.stderr).toMatch(/broken\.yaml:12:15/);
    const check = await execa(
      process.execPath,
      ["dist/main.js", "procedures", "check", join(procedures, "broken.yaml")],
      {
        reject: false,
      },
    );
    expect(check).toMatchObject({ exitCode: 78, stderr: expect.stringMatching(/broken\.yaml:12:15.*health-good/s) });
  });
});
