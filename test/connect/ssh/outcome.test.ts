import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { append, EMPTY } from "../../../src/connect/ssh/capture.ts";
import { outcomeOf, type Ended } from "../../../src/connect/ssh/outcome.ts";

const capture = (text: string | Uint8Array) => append(EMPTY, Buffer.from(text));

const ended = (parts: Partial<Omit<Ended, "stdout" | "stderr">> & { stdout?: string; stderr?: string }): Ended => ({
  host: "web1",
  user: "ops",
  argv: ["/usr/sbin/gluster", "volume", "info"],
  sudo: false,
  sentAtMs: 1000,
  receivedAtMs: 1100,
  seconds: 2,
  exit: { code: 0 },
  ...parts,
  stdout: capture(parts.stdout ?? ""),
  stderr: capture(parts.stderr ?? ""),
});

describe("what concerns the way a command was run", () => {
  // As sudo 1.9.13 and 1.8.31 say it under LC_ALL=C.
  test.each([
    "sudo: a password is required",
    "sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper",
    "sudo: no tty present and no askpass program specified",
    "sudo: sorry, you must have a tty to run sudo",
    "Sorry, user ops is not allowed to execute '/usr/sbin/gluster volume info' as root on web1.",
    "ops is not in the sudoers file.  This incident will be reported.",
    "ops is not allowed to run sudo on web1.  This incident will be reported.",
    "sudo: unable to resolve host web1: Name or service not known\nsudo: a password is required",
  ])("sudo refuses: %s", (stderr) => {
    expect(outcomeOf(ended({ sudo: true, exit: { code: 1 }, stderr }))).toMatchObject({
      ok: false,
      reason: "privilege",
      detail: "web1: ops may not run gluster as root",
      fix: "allow it in sudoers: ops ALL=(root) NOPASSWD: /usr/sbin/gluster volume info",
    });
  });

  test("sudo's warnings do not make a refusal of the command's own failure", () => {
    const stderr = "sudo: unable to resolve host web1: Name or service not known\nConnection failed.";
    expect(outcomeOf(ended({ sudo: true, exit: { code: 1 }, stderr }))).toMatchObject({
      ok: true,
      reply: { exitCode: 1 },
    });
  });

  test("the same words without sudo are the command's own", () => {
    const stderr = "sudo: a password is required";
    expect(outcomeOf(ended({ exit: { code: 1 }, stderr }))).toMatchObject({ ok: true });
  });

  test("a sudoers rule is written as sudoers wants it", () => {
    const argv = ["/usr/bin/find", "/a b", "-name", "x,y:z=*"];
    expect(
      outcomeOf(ended({ sudo: true, argv, exit: { code: 1 }, stderr: "sudo: a password is required" })),
    ).toMatchObject({
      fix: String.raw`allow it in sudoers: ops ALL=(root) NOPASSWD: /usr/bin/find /a\ b -name x\,y\:z\=\*`,
    });
  });

  test.each([
    [1, true, "sudo: /usr/sbin/gluster: command not found", "web1: there is no /usr/sbin/gluster"],
    [
      127,
      false,
      "timeout: failed to run command '/usr/sbin/gluster': No such file or directory",
      "web1: gluster is not installed",
    ],
    [
      126,
      false,
      "timeout: failed to run command '/usr/sbin/gluster': Permission denied",
      "web1: gluster cannot be run: timeout: failed to run command '/usr/sbin/gluster': Permission denied",
    ],
    [
      127,
      false,
      "env: 'timeout': No such file or directory",
      "web1: there is no timeout(1), which every command needs",
    ],
    [127, false, "sh: 21: timeout: not found", "web1: there is no timeout(1), which every command needs"],
    [
      127,
      true,
      "timeout: failed to run command 'sudo': No such file or directory",
      "web1: gluster needs root, and there is no sudo",
    ],
    [127, false, "sh: 1: qdevice: not found", "web1: sh: 1: qdevice: not found"],
  ])("exit %i, sudo %s: %s", (code, sudo, stderr, detail) => {
    expect(outcomeOf(ended({ sudo, exit: { code }, stderr }))).toMatchObject({ ok: false, reason: "missing", detail });
  });

  test.each([
    ["its deadline", { exit: { code: 124 } }, "timeout", "web1: gluster was stopped after 2 s"],
    [
      "its deadline, by force",
      { exit: { code: 137 }, receivedAtMs: 4100 },
      "timeout",
      "web1: gluster was stopped after 2 s",
    ],
    ["somebody else", { exit: { code: 137 } }, "failed", "web1: gluster was killed"],
    ["a signal", { exit: { signal: "SIGSEGV" } }, "failed", "web1: gluster was ended by SIGSEGV"],
  ] as const)("ended by %s", (_, how, reason, detail) => {
    expect(outcomeOf(ended(how))).toMatchObject({ ok: false, reason, detail });
  });

  test("too much on stderr is cut and said; what it means is the parser's to judge", () => {
    const outcome = outcomeOf(ended({ exit: { code: 2 }, stderr: "x".repeat(2 * 1024 * 1024) }));
    const stderr = outcome.ok && outcome.reply.kind === "host" ? outcome.reply.stderr : "";
    expect(stderr).toHaveLength(1024 * 1024 + "\n[1048576 more bytes were dropped]".length);
    expect(stderr.endsWith("\n[1048576 more bytes were dropped]")).toBe(true);
  });
});

test("any bytes: never a throw, never a control character", () => {
  // Short, since what matters is which bytes come and not how many: most that can do harm, some that cut a character.
  const byte = fc.oneof(fc.constantFrom(0x00, 0x07, 0x1b, 0x5b, 0x7f, 0x80, 0x9b, 0xc2, 0xe2, 0xf0, 0xff), fc.nat(255));
  const bytes = fc.array(byte, { maxLength: 24 }).map((list) => Uint8Array.from(list));
  const exit = fc.oneof(
    fc.record({ code: fc.nat(255) }),
    fc.record({ signal: fc.string({ unit: "binary", maxLength: 12 }) }),
  );
  const shown = (stdout: Uint8Array, stderr: Uint8Array, how: Ended["exit"], sudo: boolean): string => {
    const outcome = outcomeOf({ ...ended({ sudo, exit: how }), stdout: capture(stdout), stderr: capture(stderr) });
    if (!outcome.ok) return outcome.detail + (outcome.fix ?? "");
    return outcome.reply.kind === "host" ? outcome.reply.stdout + outcome.reply.stderr : "";
  };
  const harmful = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;
  fc.assert(
    fc.property(bytes, bytes, exit, fc.boolean(), (stdout, stderr, how, sudo) => {
      expect(harmful.test(shown(stdout, stderr, how, sudo))).toBe(false);
    }),
  );
});
