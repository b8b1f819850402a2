import { spawn, type ChildProcess } from "node:child_process";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, processMark } from "../../src/record/is-running.ts";
import { replay, type Standing } from "../../src/record/replay.ts";

let other: ChildProcess;
let pid: number;

beforeAll(async () => {
  other = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
  await new Promise((resolve) => void other.once("spawn", resolve));
  pid = other.pid ?? 0;
});
afterAll(() => void other.kill());

const left = (by: object): Standing => {
  const opened = { kind: "opened", atMs: 1, v: 1, id: "x", procedure: "drain", subject: "web2", cluster: "shop" };
  const hand = { operator: "alex", machine: hostname(), reason: "kernel", params: {}, steps: [], ...by };
  const standing = replay([JSON.stringify({ ...opened, ...hand })]);
  if (standing === undefined) throw new Error("the opening cannot be read");
  return standing;
};

describe("a procedure that was not ended", () => {
  it("is being run while the very process lives that began it", () => {
    const mark = processMark(pid);
    expect(mark).toMatch(/^[0-9a-f-]{36} \d+$/);
    expect(isRunning(left({ pid, mark }))).toBe(true);
    expect(isRunning(left({ pid, mark, machine: "bastion" }))).toBe(false);
  });

  it("is not when another process has got its number since, which would keep everybody out for good", () => {
    expect(isRunning(left({ pid, mark: processMark(process.pid) }))).toBe(false);
  });

  it("is, as far as anybody knows, when it was begun by a version that wrote no more than the number", () => {
    expect(isRunning(left({ pid }))).toBe(true);
  });
});
