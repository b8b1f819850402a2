import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

/** What a person meets who got something wrong: the built program, its words and its exit code. */

let demo: LaunchedDemo;
let folder: string;
let inventory: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-bad-input-"));
  inventory = await readFile(demo.inventoryPath, "utf8");
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const midwatch = async (...args: readonly string[]) => {
  const ran = await execa(process.execPath, ["dist/bin.js", ...args], {
    reject: false,
    stdin: "ignore",
    timeout: 40_000,
  });
  // A stack trace is a defect's answer, not one to bad input.
  expect(ran.stderr).not.toMatch(/^\s+at |a defect in midwatch/m);
  return ran;
};

/** Writes a file of this test and returns its path; mode 600, as secrets must have. */
const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
};

describe("a wrong password", () => {
  const WRONG = "hunter2-is-wrong";

  it.each([
    ["MariaDB", "sql-password", "web1", /MariaDB on web1.*midwatch/],
    ["Redis", "redis-operator-password", "sessions", /Redis sessions on lb1.*password/],
  ])("of %s is told by doctor and status, never shown", async (_service, secret, subject, said) => {
    const wrong = await file("wrong", WRONG);
    const path = await file(
      "wrong.yaml",
      inventory.replaceAll(`file:${join(dirname(demo.inventoryPath), secret)}`, `file:${wrong}`),
    );
    const doctor = await midwatch("doctor", "-i", path);
    expect(doctor.exitCode).not.toBe(0);
    expect(doctor.stdout).toMatch(new RegExp(`^.*${subject}.*(?:password|denied)`, "mi"));
    const status = await midwatch("status", "--json", "-i", path);
    // Nothing known is not healthy.
    expect(status.exitCode).not.toBe(0);
    expect(status.stdout).toMatch(said);
    expect([doctor.stdout, doctor.stderr, status.stdout, status.stderr].join("\n")).not.toContain(WRONG);
  });
});

describe("a host whose key has changed", () => {
  it("is refused with both fingerprints; the others are watched", async () => {
    const lines = (await readFile(join(dirname(demo.inventoryPath), "known_hosts"), "utf8")).trim().split("\n");
    const [first = "", second = "", ...rest] = lines;
    const changed = [first.split(" ")[0], ...second.split(" ").slice(1)].join(" ");
    const knownHosts = await file("known_hosts", `${[changed, second, ...rest].join("\n")}\n`);
    const path = await file(
      "changed-key.yaml",
      inventory.replace(join(dirname(demo.inventoryPath), "known_hosts"), knownHosts),
    );
    const { stdout, exitCode } = await midwatch("status", "--json", "-i", path);
    const { hosts } = JSON.parse(stdout);
    const [web1, ...others] = hosts;
    expect(web1.link.state).toBe("down");
    expect(JSON.stringify(web1.link)).toMatch(/HOST KEY CHANGED.*SHA256:\S+.*SHA256:\S+/);
    expect(others.map((host: { link: { state: string } }) => host.link.state)).toEqual(["up", "up", "up"]);
    expect(exitCode).not.toBe(0);
  });
});

describe("a broken inventory", () => {
  it.each([
    ["no YAML", "clusters:\n  shop: [\n", /:\d+:\d+/],
    ["an unknown key", "clusters:\n  shop:\n    hots: {}\n", /:3:5.*hots(?:.|\n)*hosts/],
    ["a password in the file", "PASSWORD", /password(?:.|\n)*(?:env|file|command):/],
    ["nothing", "", /empty|clusters/],
  ])("%s: file, line, column, what was expected; every command says so", async (_what, text, said) => {
    const broken =
      text === "PASSWORD" ? inventory.replace(/password: file:\S*sql-password/, "password: hunter2") : text;
    const path = await file("broken.yaml", broken);
    for (const command of [["status"], ["doctor"], ["console"], ["verdict", "web1"], ["grants"]]) {
      const { stderr, stdout, exitCode } = await midwatch(...command, "-i", path);
      expect(stderr).toContain("broken.yaml");
      expect(stderr).toMatch(said);
      expect({ command, exitCode }).toEqual({ command, exitCode: 78 });
      expect(`${stdout}${stderr}`).not.toContain("hunter2");
    }
  });

  it("that is not there: by name", async () => {
    const { stderr, exitCode } = await midwatch("status", "-i", join(folder, "none.yaml"));
    expect(stderr).toMatch(/there is no .*none\.yaml/);
    expect(exitCode).toBe(78);
  });
});

describe("a keymap", () => {
  it("that names what there is not is refused before anything is drawn: line, column, the nearest", async () => {
    const path = await file("keys.yaml", "refresh: R\nquite: q\n");
    for (const command of [
      ["keys", "--keymap", path],
      ["console", "--keymap", path, "-i", demo.inventoryPath],
    ]) {
      const { stderr, stdout, exitCode } = await midwatch(...command);
      expect(stderr).toMatch(/keys\.yaml:2:\d+.*quite(?:.|\n)*quit/);
      expect(stdout).toBe("");
      expect(exitCode).toBe(78);
    }
  });
});
