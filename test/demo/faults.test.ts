import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { procedures } from "../../src/procedures/registry.ts";

let demo: LaunchedDemo;
let folder: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-faults-"));
}, 60_000);
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

/** As an operator on a machine of their own: each has a state folder. */
const on = (machine: string, inventory = demo.inventoryPath) => {
  const env = { XDG_STATE_HOME: join(folder, machine) };
  return (...args: readonly string[]) =>
    execa(process.execPath, ["dist/main.js", ...args, "-i", inventory], {
      reject: false,
      env,
      stdin: "ignore",
      timeout: 90_000,
    });
};
const REASON = ["--yes", "--reason", "a test"] as const;

const states = async (): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await on("looker")("status", "--json");
  const proxies: readonly {
    proxy: string;
    servers: readonly { server: string; views: readonly { view: { value: { status: string } } }[] }[];
  }[] = JSON.parse(stdout).systems.haproxy.facts.proxies;
  return Object.fromEntries(
    proxies.flatMap(({ proxy, servers }) =>
      servers.map(({ server, views }) => [`${proxy}/${server}`, views[0]?.view.value.status ?? ""]),
    ),
  );
};

describe("a disk that is full", { timeout: 120_000 }, () => {
  it("keeps anything from being sent, and is told as what it is", async () => {
    const state = join(folder, "full", "midwatch", "shop");
    await mkdir(state, { recursive: true });
    await symlink("/dev/full", join(state, "audit.jsonl"));
    const refused = await on("full")("run", "drain", "--host", "web2", ...REASON);
    expect(refused.stderr).toMatch(/nothing was sent: .*audit\.jsonl cannot be written: the disk is full \(ENOSPC\)/);
    expect(refused.stderr).not.toContain("defect");
    expect(refused.exitCode).toBe(77);
    expect(await states()).toMatchObject({ "web/web2": "UP" });
  });
});

describe("a viewer", { timeout: 240_000 }, () => {
  it("is refused every procedure and every way on, in writing, and nothing is other than before", async () => {
    const before = await states();
    const viewer = on("viewer", demo.viewerInventoryPath);
    for (const { name, on: what } of procedures) {
      const refused = await viewer("run", name, ...(what === "host" ? ["--host", "web2"] : []), ...REASON);
      expect({ name, exitCode: refused.exitCode, said: refused.stderr }).toMatchObject({
        exitCode: 77,
        said: expect.stringContaining("viewer"),
      });
    }
    const readOnly = await on("viewer")("run", "drain", "--host", "web2", "--read-only", ...REASON);
    expect(readOnly).toMatchObject({ exitCode: 77 });
    const { stdout } = await viewer("audit", "--last", "100");
    expect(stdout.match(/ refused /g)).toHaveLength(procedures.length + 1);
    expect(await states()).toEqual(before);
  });
});
