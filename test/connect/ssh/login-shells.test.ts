import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askAll, openBed, question, said, type Bed } from "./bed.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const found = (program: string): string | undefined => {
  const { status, stdout } = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};

/** A host whose account runs what we send in its own way. */
const asked = async (command: (line: string) => string, lane: "batch" | "own", deadlineMs = 5_000) => {
  const server = await bed.server({ command });
  const sessions = bed.open([bed.host("web1", server)]);
  return askAll(sessions, "web1", [
    question(["sh", "-c", 'echo "$LC_ALL"; echo err >&2; exit 3'], { lane, deadlineMs }),
    question(["printf", "%s|", "it's", String.raw`\\ \n`, "!x", "$HOME"], { lane, deadlineMs }),
  ]);
};

/** A folder as PATH, with these programs in it and nothing else. */
const onlyPrograms = (...programs: readonly string[]): string => {
  const folder = path.join(bed.folder, "bin");
  mkdirSync(folder);
  for (const program of programs) symlinkSync(found(program) ?? `/bin/${program}`, path.join(folder, program));
  return folder;
};

const LOGINS: readonly (readonly [what: string, needs: string, login: (line: string) => string])[] = [
  ["prints a greeting", "sh", (line) => `echo 'Welcome to web1'; printf 'no newline'; echo oops >&2; ${line}`],
  ["runs bash with set -eu", "bash", (line) => `exec bash -euc ${quoted(line)}`],
  ["runs fish", "fish", (line) => `exec fish -c ${quoted(line)}`],
  ["runs csh", "tcsh", (line) => `exec tcsh -c ${quoted(line)}`],
  ["runs BusyBox", "busybox", (line) => `exec busybox sh -c ${quoted(line)}`],
  ["has another locale", "sh", (line) => `export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de; ${line}`],
  ["has no /usr/sbin on its PATH", "sh", (line) => `PATH=/usr/bin:/bin; ${line}`],
  [
    "has aliases and functions of our names",
    "bash",
    (line) => `exec bash -c ${quoted(`mw() { echo no; }; export -f mw; ${line}`)}`,
  ],
];

describe.each(["batch", "own"] as const)("%s lane, an account that", (lane) => {
  test.each(LOGINS.filter(([, needs]) => found(needs) !== undefined))("%s", async (_what, _needs, login) => {
    const [first, second] = await asked(login, lane);
    expect(first).toMatchObject({ ok: true, reply: { stdout: "C\n", exitCode: 3 } });
    expect(first?.ok === true && first.reply.kind === "host" && first.reply.stderr.trim()).toBe("err");
    expect(second === undefined ? "" : said(second)).toBe(String.raw`it's|\\ \n|!x|$HOME|`);
  });

  test("has no timeout(1) is told so", async () => {
    const folder = onlyPrograms("env", "sh", "printf", "echo");
    const [outcome] = await asked((line) => `PATH=${folder}; ${line}`, lane);
    expect(outcome).toMatchObject({ ok: false, reason: "missing", fix: "install coreutils" });
    expect(outcome).toMatchObject({ detail: "web1: there is no timeout(1), which every command needs" });
  });

  test("has a timeout(1) that is too old is told so", async () => {
    const folder = onlyPrograms("env", "sh", "printf", "echo");
    // As BusyBox 1.30 answers `timeout -k 1 5 true`.
    const old =
      "echo \"timeout: invalid option -- 'k'\" >&2\necho 'Usage: timeout [-s SIG] SECS PROG ARGS' >&2\nexit 1\n";
    writeFileSync(path.join(folder, "timeout"), `#!/bin/sh\n${old}`);
    chmodSync(path.join(folder, "timeout"), 0o755);
    const [outcome] = await asked((line) => `PATH=${folder}; ${line}`, lane);
    expect(outcome).toMatchObject({ ok: false, reason: "missing", fix: "install coreutils" });
    expect(outcome).toMatchObject({ detail: expect.stringContaining("knows no -k") });
  });

  test("is put into something that is no sh is told what that says", async () => {
    const menu = 'echo "1) restart 2) logout"; while read -r choice; do echo "no such choice"; done';
    const [outcome] = await asked(() => menu, lane, 1_000);
    expect(outcome).toMatchObject({
      ok: false,
      reason: "failed",
      detail: expect.stringMatching(/^web1: the account has no usable shell: 1\) restart 2\) logout/),
      fix: "give it a login shell, without a forced command",
    });
  });
});
