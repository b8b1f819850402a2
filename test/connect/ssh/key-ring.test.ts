import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openKeyRing } from "../../../src/connect/ssh/key-ring.ts";
import { openQuestions } from "../../../src/connect/ssh/questions.ts";
import { keyPair, writeKey } from "./keys.ts";

test("a passphrase program is run once for all hosts that wait for it, and no login's deadline runs meanwhile", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "midwatch-ring-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keyFile = writeKey(path.join(folder, "id"), keyPair("ed25519", "sesame"));
  const program = path.join(folder, "pass");
  const log = path.join(folder, "log");
  writeFileSync(program, `#!/bin/sh\necho started >> ${log}\necho sesame\n`);
  chmodSync(program, 0o700);
  const ring = openKeyRing(openQuestions(), undefined);
  const asking = vi.fn<() => void>();
  const open = async (host: string): Promise<boolean> => {
    const loaded = await ring.load({ path: keyFile, host, passphrase: { from: "command", argv: [program] }, asking });
    if (loaded.state !== "ready" || loaded.offer.unlock === undefined) throw new Error(loaded.state);
    return (await loaded.offer.unlock()).ok;
  };
  expect(await Promise.all(["web1", "web2", "web3"].map(open))).toEqual([true, true, true]);
  expect(await open("web4")).toBe(true);
  expect(readFileSync(log, "utf8")).toBe("started\n");
  // web4 finds the key open.
  expect(asking).toHaveBeenCalledTimes(3);
});
