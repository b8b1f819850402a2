import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Duplex, PassThrough } from "node:stream";
import type { Client } from "ssh2";
import { expect, onTestFinished, test } from "vitest";
import { openOwnLane, type OwnLane } from "../../../src/connect/ssh/own-lane.ts";
import { openHostPending } from "../../../src/connect/ssh/pending.ts";
import { problem } from "../../../src/connect/ssh/problem.ts";
import { until } from "../support/server.ts";
import { question, said } from "./bed.ts";

/** Runs a shell here; its channel closes as OpenSSH's does: when the process has ended, and not before. */
const client = {
  exec: (line: string, done: (error: undefined, channel: Duplex) => void) => {
    const child = spawn("/bin/sh", ["-c", line], { stdio: "pipe" });
    const channel = new Duplex({
      read: () => undefined,
      write: (bytes, _encoding, written) => child.stdin.write(bytes, written),
    });
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (bytes) => channel.push(bytes));
    child.once("close", () => channel.emit("close"));
    setImmediate(() =>
      done(undefined, Object.assign(channel, { stderr: new PassThrough(), close: () => child.stdin.end() })),
    );
  },
} as unknown as Client;

const ask = (lane: OwnLane, argv: readonly string[], id: string): Promise<string> =>
  new Promise((resolve) => {
    const asked = question(argv, { lane: "own", id, deadlineMs: 1_000 });
    const pending = openHostPending({
      ask: asked,
      send: { argv, lane: "own" },
      deliver: (outcome) => resolve(outcome.ok ? said(outcome) : outcome.detail),
      silence: () => undefined,
      explain: () => problem("timeout", "late"),
    });
    lane.add([{ pending, argv, sudo: false }]);
  });

test("a question that hangs whatever is done to it is not asked again until it has ended, and costs no other", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "midwatch-hung-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const end = path.join(folder, "end");
  const lane = openOwnLane(client, { name: "web1", user: "ops" });
  onTestFinished(lane.dispose);
  // Out of reach of `timeout`, and its shell waits for it: as stat(1) in a file system that does not answer.
  const hangs = ["sh", "-c", `setsid sh -c 'until [ -e ${end} ] || [ ! -d ${folder} ]; do sleep 0.1; done' & wait`];
  const space = async () => ask(lane, hangs, "gluster.space");

  expect(await space()).toBe("web1: gluster.space gave no answer within 1 s");
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([space(), space()]);
    expect(await ask(lane, ["echo", "x"], "web.units")).toBe("x\n");
  }
  expect(await space()).toBe("web1: gluster.space still hangs there since it was last asked");

  writeFileSync(end, "");
  let answer = "";
  await until(() => {
    void space().then((now) => (answer = now));
    return answer === "";
  });
});
