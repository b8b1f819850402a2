import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { procedures } from "../../src/procedures/registry.ts";
import { killedAt, useRehearsal, type Run } from "./support/rehearsal.ts";

const { demo, folder, on, states } = useRehearsal();
const REASON = ["--yes", "--reason", "a test"] as const;

/** Goes on reading: a reader that went away would stop it. */
const printed = (child: Run, text: string): Promise<void> =>
  new Promise((resolve) => {
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.includes(text)) resolve();
    });
  });

describe("several operators, on the embedded cluster", { timeout: 600_000 }, () => {
  it("another machine sees who, what and where, and goes on from there", async () => {
    const [first, second] = [on("bastion"), on("laptop")];
    const drain = first("run", "drain", "--host", "web3", ...REASON, "--set", "wait=30s");
    expect(await killedAt(drain, (line) => line.includes("sent    lb1: set server"))).toBe(true);
    const seen = await second("journal");
    expect(seen.exitCode).toBe(1);
    expect(seen.stdout).toMatch(
      /on the cluster: drain of web3 .*\(a test\): begun .* at step \d+ of \d+, "no new visitors/,
    );
    expect(seen.stdout).toMatch(/sent {2}lb1: set server (web|mysql)\/web3 state drain/);
    expect(seen.stdout).toContain("--take-over");
    expect(await second("run", "drain", "--host", "web2", ...REASON)).toMatchObject({ exitCode: 77 });
    expect(await second("journal", "resume", "--reason", "x")).toMatchObject({
      exitCode: 77,
      stderr: expect.stringContaining("--take-over"),
    });
    const undone = await second("journal", "undo", "--reason", "x", "--take-over", "alex is away");
    expect(undone.stdout).toContain("taken back: drain of web3");
    expect(await states()).toMatchObject({ "web/web3": "UP", "mysql/web3": "UP" });
    expect((await first("journal")).stdout).toContain("since then somebody else has had the cluster's lock");
    expect(await first("journal", "leave", "--reason", "sam took it back")).toMatchObject({ exitCode: 0 });
  });

  it("two at once: the second is told who, and sends nothing", async () => {
    const first = on("bastion")("run", "drain", "--host", "web3", ...REASON, "--set", "wait=30s");
    await printed(first, "step ");
    const second = await on("laptop")("run", "drain", "--host", "web2", ...REASON);
    expect(second).toMatchObject({
      exitCode: 77,
      stderr: expect.stringMatching(/lock is held by .* \(pid \d+\), for .*drain-web3/),
    });
    await first;
    expect(await states()).toMatchObject({ "web/web2": "UP" });
    await on("bastion")("run", "return", "--host", "web3", ...REASON);
  });
});

describe("a disk that is full", { timeout: 120_000 }, () => {
  it("keeps anything from being sent, and is told as what it is", async () => {
    const state = join(folder(), "full", "midwatch", "shop");
    await mkdir(state, { recursive: true });
    await symlink("/dev/full", join(state, "audit.jsonl"));
    const refused = await on("full")("run", "drain", "--host", "web2", ...REASON);
    expect(refused.stderr).toMatch(/nothing was sent: .*audit\.jsonl cannot be written: the disk is full \(ENOSPC\)/);
    expect(refused.stderr).not.toContain("defect");
    expect(refused.exitCode).toBe(77);
    expect(await states()).toMatchObject({ "web/web2": "UP" });
  });

  it.runIf(process.getuid?.() === 0)("after a change was sent: what was sent is said, and the way on", async () => {
    const state = join(folder(), "small");
    await mkdir(state);
    await execa("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", state]);
    try {
      const midwatch = on("small");
      const child = midwatch("run", "drain", "--host", "web2", ...REASON, "--set", "wait=30s");
      await printed(child, "sent    lb1: set server");
      await execa("dd", ["if=/dev/zero", `of=${join(state, "filler")}`, "bs=1k"], { reject: false });
      const full = await child;
      expect(full.stdout).toMatch(/stopped: drain of web2: .*cannot be written: the disk is full/);
      expect(full.stdout).toMatch(/lb1: set server \w+\/web2 state drain: done/);
      expect(full.stdout).toContain("next: make room, then midwatch journal resume -i ");
      expect(full.exitCode).toBe(2);
      await rm(join(state, "filler"));
      const undone = await midwatch("journal", "undo", "--reason", "a test");
      expect(undone.stdout).toContain("taken back: drain of web2");
      expect(await states()).toMatchObject({ "web/web2": "UP", "mysql/web2": "UP" });
    } finally {
      await execa("umount", ["-l", state]);
    }
  });
});

describe("a viewer", { timeout: 240_000 }, () => {
  it("is refused every procedure and every way on, in writing, and nothing is other than before", async () => {
    const before = await states();
    const viewer = on("viewer", "viewer");
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

describe("a person at a terminal", { timeout: 120_000 }, () => {
  it("is asked for the reason, for a yes, and what to do when sessions do not end", async () => {
    const terminal = spawn(
      process.execPath,
      ["dist/main.js", "run", "drain", "--host", "web2", "--set", "wait=1s", "-i", demo().inventoryPath],
      { cols: 160, rows: 40, env: { ...process.env, XDG_STATE_HOME: join(folder(), "person") } },
    );
    let said = "";
    let from = 0;
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    const looks = new Set<() => void>();
    terminal.onData((data) => {
      said += data;
      for (const look of looks) look();
    });
    const says = (text: string) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          const at = said.indexOf(text, from);
          if (at < 0) return;
          from = at + text.length;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      });
    await says("reason: ");
    terminal.write("kernel update\r");
    await says("type yes: ");
    terminal.write("yes\r");
    // Not before the prompt itself: what is typed while nobody asks is lost.
    await says("give-up | stop: ");
    terminal.write("nonsense\r");
    await says("give-up | stop: ");
    terminal.write("give-up\r");
    expect(await ended).toBe(3);
    expect(said).toContain("taken back: drain of web2");
    expect((await on("person")("audit")).stdout).toContain("kernel update");
    expect(await states()).toMatchObject({ "web/web2": "UP" });
  });
});
