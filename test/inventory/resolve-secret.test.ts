import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { EXIT, formatProblems } from "../../src/inventory/problem.ts";
import { resolveSecret, type ResolveOptions } from "../../src/inventory/resolve-secret.ts";
import type { Secret } from "../../src/inventory/secret.ts";

const SECRET = "s3cr3t-of-the-test";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "midwatch-secret-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Buffer, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

const resolved = async (secret: Secret, options?: ResolveOptions): Promise<string> => {
  const result = await resolveSecret(secret, options);
  if (result.ok) return `ok ${JSON.stringify(result.value)}`;
  expect(result.problems.map((one) => one.exitCode)).toEqual([EXIT.config]);
  const text = formatProblems(result.problems);
  expect(text).not.toContain(SECRET);
  return text.replaceAll(`${folder}/`, "");
};

describe("env:", () => {
  const env = { SET: SECRET, EMPTY: "", NEWLINE: `${SECRET}\n` };
  test.each([
    ["SET", `ok "${SECRET}"`],
    ["NEWLINE", `ok "${SECRET}"`],
    ["EMPTY", "env:EMPTY is empty"],
    ["UNSET", "env:UNSET is not set\n  fix: export UNSET before starting midwatch"],
  ])("%s", async (name, expected) => {
    expect(await resolved({ from: "env", name }, { env })).toBe(expected);
  });
});

describe("file:", () => {
  const read = async (path: string): Promise<string> => resolved({ from: "file", path });

  test("one newline at the end is no part of it, blanks are", async () => {
    expect(await read(file("lf", `${SECRET}\n`))).toBe(`ok "${SECRET}"`);
    expect(await read(file("crlf", `${SECRET}\r\n`))).toBe(`ok "${SECRET}"`);
    expect(await read(file("blanks", ` ${SECRET} `))).toBe(`ok " ${SECRET} "`);
  });

  test.each([
    [0o640, "640"],
    [0o604, "604"],
    [0o666, "666"],
    [0o610, "610"],
  ])("a mode of %o is refused", async (mode, shown) => {
    expect(await read(file("open", SECRET, mode))).toBe(
      `file:open cannot be used: it is open to others (mode ${shown})\n  fix: chmod 600 open`,
    );
  });

  test("what is not one line of text is refused", async () => {
    expect(await read(file("empty", ""))).toBe("file:empty is empty");
    expect(await read(file("two", `${SECRET}\nuser: x\n`))).toBe(
      "file:two gives several lines\n  fix: let it give the secret alone",
    );
    expect(await read(file("binary", Buffer.from([0xff, 0xfe, 0x41])))).toBe(
      "file:binary gives something that is not UTF-8 text",
    );
    expect(await read(file("long", SECRET.repeat(10_000)))).toBe("file:long is too long for a secret");
  });

  test("what is no file is refused, and a pipe nobody writes to does not block", async () => {
    expect(await read(join(folder, "gone"))).toBe(
      "file:gone does not exist\n  fix: create it with mode 600, or correct the path",
    );
    expect(await read(folder)).toMatch(/cannot be used: it is not a file$/);
    execFileSync("mkfifo", ["-m", "600", join(folder, "pipe")]);
    expect(await read(join(folder, "pipe"))).toBe("file:pipe cannot be used: it is not a file");
  });
});

describe("command:", () => {
  const run = async (argv: readonly string[], deadlineMs = 20_000): Promise<string> =>
    resolved({ from: "command", argv }, { deadlineMs });
  const script = (text: string): readonly string[] => ["sh", "-c", text];

  test("its output, without a shell and without one newline", async () => {
    expect(await run(["printf", "%s\n", SECRET])).toBe(`ok "${SECRET}"`);
    expect(await run(["echo", "$HOME; exit 1"])).toBe('ok "$HOME; exit 1"');
  });

  test("what it writes to stderr is never shown", async () => {
    expect(await run(script(`echo ${SECRET} >&2; echo ${SECRET}; exit 3`))).toBe(
      "command:sh ended with exit code 3\n  fix: run it by hand to see why",
    );
    expect(await run(script("kill -9 $$"))).toBe("command:sh ended by SIGKILL\n  fix: run it by hand to see why");
  });

  test("what is not to be run, and what gives too much", async () => {
    expect(await run(["midwatch-no-such-program"])).toBe(
      "command:midwatch-no-such-program is not to be found\n  fix: give its path, or add it to $PATH",
    );
    expect(await run([file("not-executable", "")])).toBe("command:not-executable may not be run by you");
    expect(await run(["yes", SECRET])).toBe("command:yes gives too much for a secret");
    expect(await run(["true"])).toBe("command:true is empty");
  });

  test("at the deadline it is ended, with what it started", async () => {
    const pid = join(folder, "pid");
    // The grandchild keeps the pipe open after the child has gone.
    const argv = script(`sleep 300 & echo $! > ${pid}.new; mv ${pid}.new ${pid}; wait`);
    expect(await run(argv, 3_000)).toBe("command:sh gave no answer within 3 s");
    expect(existsSync(pid)).toBe(true);
    const grandchild = readFileSync(pid, "utf8").trim();
    await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false), { timeout: 10_000 });
  });
});

/** A zombie waits for its parent to look, and runs no more. */
const isRunning = (pid: string): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};
