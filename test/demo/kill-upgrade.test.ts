import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { killedAt, useRehearsal } from "./support/rehearsal.ts";

const { on, folder, states } = useRehearsal({ speed: 6 });
const REASON = ["--reason", "a test", "--at-deadline", "maint"] as const;
const CHOICE = ["hosts=web3", "packages=host", "settle=1s", "wait=20s"].flatMap((each) => ["--set", each]);

/** Titles of the steps that send something, out of a plan in words. */
const sendingSteps = (plan: string): ReadonlySet<string> => {
  const sending = new Set<string>();
  let title = "";
  for (const line of plan.split("\n")) {
    title = /^\d+\. (.*)$/.exec(line)?.[1] ?? title;
    if (/^ +sends /.test(line)) sending.add(title);
  }
  return sending;
};

/** In every step once: when its first command has left, or, where it sends nothing, when it has begun. */
const onceInEach = (sending: ReadonlySet<string>, killed: Set<string>) => {
  let at = "";
  return (line: string): boolean => {
    const title = /^step +(.*)$/.exec(line)?.[1];
    at = title ?? at;
    const isDue = title === undefined ? /^ {2}(sent|so already) /.test(line) : !sending.has(at);
    if (!isDue || killed.has(at)) return false;
    killed.add(at);
    return true;
  };
};

describe("killed at every step, on the embedded cluster", { timeout: 600_000 }, () => {
  it("a rolling upgrade goes on in a new process from where it was, and ends as if nothing had happened", async () => {
    const midwatch = on("one");
    const { stdout: plan } = await midwatch("run", "upgrade", "--dry-run", ...CHOICE);
    const sending = sendingSteps(plan);
    const killed = new Set<string>();
    const resumed = () => midwatch("journal", "resume", ...REASON);
    let child = midwatch("run", "upgrade", "--yes", "--override", "web3", ...REASON, ...CHOICE);
    while (await killedAt(child, onceInEach(sending, killed))) child = resumed();
    // On a busy machine the lock, or a gate, may not answer in time: then nothing was lost, and it is resumed.
    for (let tries = 3; tries > 0 && (await child).exitCode !== 0; tries -= 1) {
      child = resumed();
      while (await killedAt(child, onceInEach(sending, killed))) child = resumed();
    }
    const ended = await child;
    expect(ended.all).toContain("done: rolling upgrade of web3");
    expect(ended.exitCode).toBe(0);
    for (const step of ["no new visitors for web3", "visitors for web3 again", "the whole cluster"])
      expect(killed).toContain(step);
    expect(killed.size).toBeGreaterThan(12);

    expect(await states()).toMatchObject({ "web/web3": "UP", "mysql/web3": "UP" });
    expect(await midwatch("journal")).toMatchObject({ exitCode: 0 });
    const [report = ""] = await readdir(join(folder(), "one", "midwatch", "shop", "reports"));
    expect(await readFile(join(folder(), "one", "midwatch", "shop", "reports", report), "utf8")).toContain(
      "| web3 | openssl | 3.0.17-1~deb12u2 | 3.0.18-1~deb12u1 |",
    );
    expect((await midwatch("run", "upgrade", "--dry-run", ...CHOICE)).stderr).toContain("nothing to upgrade");
  });
});
