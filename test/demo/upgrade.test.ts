import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

let demo: LaunchedDemo;
let folder: string;

beforeAll(async () => {
  demo = await launchDemo();
  folder = await mkdtemp(join(tmpdir(), "midwatch-upgrade-"));
}, 60_000);
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

const start = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", demo.inventoryPath], {
    reject: false,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 400_000,
  });

const OPTIONS = ["--reason", "a test", "--set", "settle=1s", "--set", "wait=10s", "--at-deadline", "maint"] as const;

const upgrade = (...args: readonly string[]) => start("run", "upgrade", "--yes", ...OPTIONS, ...args);

const report = async (): Promise<string> => {
  const at = join(folder, "midwatch", "shop", "reports");
  const names = (await readdir(at)).toSorted();
  return readFile(join(at, names.at(-1) ?? ""), "utf8");
};

describe("a rolling upgrade of the embedded cluster", { timeout: 500_000 }, () => {
  it("shows readers before the writer, what each gets, and which load balancer is left out", async () => {
    const { stdout } = await upgrade("--dry-run");
    expect(stdout).toContain("rolling upgrade of web2, web3, web1, without lb1");
    expect(stdout).toContain("lb1 is left out: no other load balancer carries the sites meanwhile");
    expect(stdout).toContain("the whole cluster; lb1 was left out");
    expect(stdout).toContain("mariadb-server 1:10.11.18-0+deb12u1 → 1:10.11.19-0+deb12u1");
    expect(stdout).toContain("nothing was sent");
  });

  it("says which word it does not know", async () => {
    expect((await upgrade("--set", "packages=kernel")).stderr).toContain("expected all, security, or some of galera");
    expect((await upgrade("--set", "hosts=web9")).stderr).toContain('no host "web9"');
  });

  it("killed while packages are being replaced, it is resumed, and reports every version", async () => {
    const child = upgrade("--set", "hosts=web3");
    for await (const line of child) {
      if (!line.includes("sent") || !line.includes("apt-get")) continue;
      child.kill("SIGKILL");
      break;
    }
    expect((await child).signal).toBe("SIGKILL");
    const ended = await start("journal", "resume", "--reason", "a test", "--at-deadline", "maint");
    expect(`${ended.stdout}${ended.stderr}`).toContain("done: rolling upgrade of web3");
    expect(ended.exitCode).toBe(0);
    expect(await report()).toContain("| web3 | mariadb-server | 1:10.11.18-0+deb12u1 | 1:10.11.19-0+deb12u1 |");
    expect((await upgrade("--set", "hosts=web3")).stderr).toContain("nothing to upgrade");
  });
});
