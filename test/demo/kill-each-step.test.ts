import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

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

/** Kills it when it prints what `when` looks for; false when it ended before. */
const killedAt = async (
  child: ReturnType<ReturnType<typeof on>>,
  when: (line: string) => boolean,
): Promise<boolean> => {
  let killed = false;
  for await (const line of child) {
    if (!when(line)) continue;
    killed = child.kill("SIGKILL");
    break;
  }
  await child;
  return killed;
};

const nthStep = (n: number) => {
  let seen = 0;
  return (line: string) => line.startsWith("step ") && (seen += 1) === n;
};

const HAVE = { drain: "DRAIN", return: "UP" } as const;

describe("killed at every step, on the embedded cluster", { timeout: 600_000 }, () => {
  it("drain and return are taken back, and the cluster is as it was", async () => {
    const midwatch = on("one");
    for (const name of ["drain", "return"] as const) {
      for (let n = 1; ; n += 1) {
        const options = name === "drain" ? ["--set", "wait=30s"] : [];
        const child = midwatch("run", name, "--host", "web2", ...REASON, ...options);
        const killed = await killedAt(child, nthStep(n));
        if (!killed) break;
        expect(await midwatch("journal")).toMatchObject({
          exitCode: 1,
          stdout: expect.stringContaining(`${name} of web2 was cut off at step`),
        });
        const undone = await midwatch("journal", "undo", "--reason", "a test");
        expect(undone.stdout).toContain(`taken back: ${name} of web2`);
        expect(await states()).toMatchObject({ "web/web2": HAVE[name === "drain" ? "return" : "drain"] });
      }
      expect(await states()).toMatchObject({ "web/web2": HAVE[name], "mysql/web2": HAVE[name] });
    }
  });
});
