import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drift, mount } from "../../../src/systems/shadow/commands.ts";
import { parseDrift } from "../../../src/systems/shadow/parse-drift.ts";
import { parseLast } from "../../../src/systems/shadow/parse-last.ts";
import { parseMount } from "../../../src/systems/shadow/parse-mount.ts";
import { parseRunning } from "../../../src/systems/shadow/parse-running.ts";
import { anyText, HARMFUL, hostReply, recorded, textsIn } from "../kit.ts";

const script = "/etc/cronwrap/sync-sites";

describe("the script's file", () => {
  test("as the lab's script leaves it", () => {
    expect(parseLast(hostReply(recorded("shadow", "last.ok.txt")))).toEqual({
      ok: true,
      value: {
        startedAtMs: 1_795_224_601_000,
        finishedAtMs: 1_795_224_602_000,
        result: "ok",
        exitCode: 0,
        reason: undefined,
        changed: 0,
        deleted: 0,
        lastSuccessAtMs: 1_795_224_602_000,
      },
    });
  });

  test.each([
    ["started=100\nfinished=\nresult=running\nlast_success=90\n", { result: "running", lastSuccessAtMs: 90_000 }],
    ["started=100\nfinished=105\nresult=0\n", { result: "ok", exitCode: 0, lastSuccessAtMs: 105_000 }],
    ["started=100\nfinished=105\nresult=23\n", { result: "failed", exitCode: 23, lastSuccessAtMs: undefined }],
    ["started=100\n", { result: "running", finishedAtMs: undefined }],
    ["started=100\nfinished=100\nresult=paused\nreason=paused by x\n", { result: "paused", reason: "paused by x" }],
  ])("%j", (text, value) => {
    expect(parseLast(hostReply(text))).toMatchObject({ ok: true, value });
  });

  test.each([
    [hostReply("", "cat: /var/lib/sync-sites/last: No such file or directory\n", 1), "missing"],
    [hostReply("", "cat: /var/lib/sync-sites/last: Permission denied\n", 1), "privilege"],
    [hostReply("result=ok\n"), "unreadable"],
    [hostReply("started=yesterday\nresult=ok\n"), "unreadable"],
    [hostReply("started=100\nfinished=105\nresult=well\n"), "unreadable"],
    [hostReply(""), "unreadable"],
  ])("%# is not a run", (reply, reason) => {
    expect(parseLast(reply)).toMatchObject({ ok: false, reason });
  });
});

describe("running now", () => {
  test.each([
    [recorded("shadow", "running.none.txt"), {}],
    ["      1    3351 systemd\n  19334       1 sync-sites\n  19335       0 sync-sites\n", { forMs: 1_000 }],
    // Another account's process seen, process 1 not: what is seen counts.
    ["  19334     240 sync-sites\n", { forMs: 240_000 }],
  ])("%j", (text, value) => {
    expect(parseRunning(hostReply(text), { script })).toEqual({ ok: true, value });
  });

  test("where processes are hidden, not seeing one is not knowing", () => {
    expect(parseRunning(hostReply("", "", 1), { script })).toMatchObject({ ok: false, reason: "privilege" });
  });
});

describe("mount", () => {
  test("the lab's", () => {
    expect(parseMount(hostReply(recorded("shadow", "mount.wp-core.txt")), { path: "/wp-core" })).toEqual({
      ok: true,
      value: { at: { point: "/wp-core", type: "fuse.glusterfs", source: "localhost:/wp-core" } },
    });
  });

  test("nothing there", () => {
    expect(parseMount(hostReply("", "", 1), { path: "/wp-core" })).toEqual({ ok: true, value: { at: undefined } });
  });

  test("the deepest counts, and of two at one point the later", () => {
    const line = (point: string, source: string) => `1 2 0:1 / ${point} rw shared:1 - ext4 ${source} rw\n`;
    const text = line("/a", "one") + line("/a/b", "two") + line("/a/b", "three") + line("/a/b/c", "four");
    expect(parseMount(hostReply(text), { path: "/a/b" })).toMatchObject({ value: { at: { source: "three" } } });
  });

  test("a path with a blank is asked for as the kernel writes it", () => {
    expect(mount.argv({ path: "/srv/my sites/x" })).toEqual([
      "grep",
      "-F",
      "-e",
      String.raw` /srv/my\040sites/x `,
      "-e",
      String.raw` /srv/my\040sites `,
      "-e",
      " /srv ",
      "/proc/self/mountinfo",
    ]);
  });
});

describe("dry run", () => {
  test("is dry, and gives way", () => {
    const argv = drift.argv({ from: "/var/www", to: "/wp-core/" });
    expect(argv).toEqual(["nice", "-n", "19", "rsync", "-an", "--delete", "--stats", "--", "/var/www/", "/wp-core/"]);
  });

  test.each([
    ["drift.none.txt", { changes: 0, deletions: 0, files: 8 }],
    // Two files transferred, one of them new, and two folders and a link created.
    ["drift.some.txt", { changes: 5, deletions: 121, files: 8 }],
  ])("%s", (file, value) => {
    expect(parseDrift(hostReply(recorded("shadow", file)))).toEqual({ ok: true, value });
  });

  test("what could not be read could hide anything", () => {
    const reply = hostReply(recorded("shadow", "drift.denied.txt"), recorded("shadow", "drift.denied.stderr"), 23);
    expect(parseDrift(reply)).toMatchObject({ ok: false, reason: "privilege" });
  });

  test("a summary cut short is an error", () => {
    expect(parseDrift(hostReply(recorded("shadow", "drift.some.txt").slice(0, 120)))).toMatchObject({ ok: false });
  });
});

test("whatever a host sends: a value or an error in harmless words", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(0, 1, 2, 23), (text, exitCode) => {
      const replies = [
        hostReply(text, text, exitCode),
        hostReply(`started=1\nresult=failed\nreason=${text}\n`),
        hostReply(`1 2 0:1 / /wp-core rw - ${text} ${text} rw\n`),
        hostReply(`1 1 ${text}\n`),
      ];
      for (const reply of replies) {
        const answers = [
          parseLast(reply),
          parseRunning(reply, { script }),
          parseMount(reply, { path: "/wp-core" }),
          parseDrift(reply),
        ];
        for (const each of textsIn(answers)) expect(each).not.toMatch(HARMFUL);
      }
    }),
  );
});
