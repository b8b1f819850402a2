import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

let demo: LaunchedDemo;
let folder: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-status-"));
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const midwatch = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(process.execPath, ["dist/main.js", ...args], { reject: false, env, stdin: "ignore", timeout: 40_000 });

const status = (...args: readonly string[]) => midwatch(["status", "-i", demo.inventoryPath, ...args]);

describe("midwatch status on the embedded cluster", () => {
  it("prints JSON that its published schema accepts, every system in it and nothing unknown", async () => {
    const schema: unknown = JSON.parse(await readFile("docs/status.schema.json", "utf8"));
    const { stdout, exitCode } = await status("--json");
    const report = JSON.parse(stdout);
    const validate = new Ajv2020({ strict: false }).compile(schema as object);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report).toMatchObject({
      version: 1,
      cluster: "shop",
      sites: { severity: "ok", text: "Sites up (web 3/3)" },
    });
    expect(Object.keys(report.systems)).toEqual(["host", "galera", "gluster", "redis", "haproxy", "web", "shadow"]);
    expect(report.findings.filter((finding: { severity: string }) => finding.severity !== "info")).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["member-non-primary", 2],
    ["split-brain", 2],
    ["drained-and-forgotten", 1],
  ])("ends with the exit code of what is wrong: %s", async (scenario, expected) => {
    await demo.setScenario(scenario);
    try {
      const { exitCode, stdout } = await status();
      expect({ exitCode, headline: stdout.split("\n")[1] }).toMatchObject({ exitCode: expected });
    } finally {
      await demo.setScenario("healthy");
    }
  });

  it("refuses a host whose key is not the known one, and shows both fingerprints", async () => {
    const known = demo.inventoryPath.replace("inventory.yaml", "known_hosts");
    const changed = join(folder, "known_hosts");
    const [first = "", second = "", ...rest] = (await readFile(known, "utf8")).trim().split("\n");
    const withKeyOf = (line: string, other: string) => [line.split(" ")[0], ...other.split(" ").slice(1)].join(" ");
    await writeFile(changed, [withKeyOf(first, second), second, ...rest, ""].join("\n"), { mode: 0o600 });
    const inventory = join(folder, "inventory.yaml");
    await writeFile(inventory, (await readFile(demo.inventoryPath, "utf8")).replace(known, changed), { mode: 0o600 });
    const { stdout } = await midwatch(["status", "-i", inventory]);
    expect(stdout).toMatch(/SHA256:[\w+/]{43}.*SHA256:[\w+/]{43}/s);
    expect(stdout).toContain(`${changed}:1`);
  });

  it("says what is wrong with an inventory, where, and the way out", async () => {
    const inventory = join(folder, "bad.yaml");
    await writeFile(
      inventory,
      "clusters:\n  shop:\n    hosts:\n      web1: { roles: [node] }\n    galera:\n      flavor: mariadb\n",
    );
    const { stderr, exitCode } = await midwatch(["status", "-i", inventory]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain("bad.yaml:6:7");
    expect(stderr).toContain("flavour");
    expect(stderr).not.toContain("    at ");
  });

  it("names the clusters when it is asked for one that is not there", async () => {
    const { stderr, exitCode } = await status("--cluster", "shopp");
    expect(exitCode).toBe(64);
    expect(stderr).toContain('no cluster "shopp"');
    expect(stderr).toContain("--cluster shop");
  });
});

describe("midwatch without an inventory", () => {
  it("says where it looked and offers the demo", async () => {
    const { stderr, exitCode } = await midwatch(["status"], {
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      MIDWATCH_INVENTORY: "",
    });
    expect(exitCode).toBe(78);
    expect(stderr).toContain("midwatch demo");
  });
});

describe("midwatch on a terminal that cannot draw", () => {
  it("prints the picture as plain lines", async () => {
    const child = execa(process.execPath, ["dist/main.js", "-i", demo.inventoryPath], {
      env: { TERM: "dumb", XDG_STATE_HOME: folder },
      reject: false,
      timeout: 30_000,
    });
    let text = "";
    // Not by iterating: leaving such a loop waits for the program to end by itself.
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("shadow ")) child.kill("SIGTERM");
    });
    const { exitCode } = await child;
    expect(text).toContain("galera");
    expect(text).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });
});
