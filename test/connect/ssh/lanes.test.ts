import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ask } from "../../../src/connect/command.ts";
import { askAll, linkWhere, openBed, question, said, type Bed } from "./bed.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

const connected = async () => {
  const server = await bed.server();
  const sessions = bed.open([bed.host("web1", server)]);
  return { server, sessions, ask: (...asks: Ask<"read">[]) => askAll(sessions, "web1", asks) };
};

describe.each(["batch", "own"] as const)("%s lane", (lane) => {
  test("delivers stdout, stderr and exit code as they are", async () => {
    const { ask } = await connected();
    const [plain, failed, quoted, empty] = await ask(
      question(["printf", String.raw`a\n\nb`], { lane }),
      question(["sh", "-c", "echo out; echo err >&2; exit 3"], { lane }),
      question(["printf", "%s|", "it's", "$HOME", "`id`", "; rm", "", "-x"], { lane }),
      question(["true"], { lane }),
    );
    expect(plain).toMatchObject({ ok: true, reply: { stdout: "a\n\nb", stderr: "", exitCode: 0 } });
    expect(failed).toMatchObject({ ok: true, reply: { stdout: "out\n", exitCode: 3 } });
    expect(failed?.ok === true && failed.reply.kind === "host" && failed.reply.stderr.trim()).toBe("err");
    expect(quoted).toMatchObject({ ok: true, reply: { stdout: "it's|$HOME|`id`|; rm||-x|" } });
    expect(empty).toMatchObject({ ok: true, reply: { stdout: "", stderr: "", exitCode: 0 } });
  });

  test("asks again for a session that is refused in passing, and gives up on one that is refused for good", async () => {
    const [passing, never] = [await bed.server({ refusals: 2 }), await bed.server({ refusals: 1_000 })];
    const sessions = bed.open([bed.host("web1", passing), bed.host("web2", never)]);
    expect((await askAll(sessions, "web1", [question(["echo", "in"], { lane })])).map(said)).toEqual(["in\n"]);
    const [refused] = await askAll(sessions, "web2", [question(["true"], { lane })]);
    expect(refused).toMatchObject({ ok: false, reason: "failed", fix: expect.stringContaining("MaxSessions") });
  });

  test("runs with LC_ALL=C and an empty stdin", async () => {
    const { ask } = await connected();
    const outcomes = await ask(question(["sh", "-c", "echo $LC_ALL"], { lane }), question(["cat"], { lane }));
    expect(outcomes.map(said)).toEqual(["C\n", ""]);
  });

  test("makes control characters harmless", async () => {
    const { ask } = await connected();
    const [outcome] = await ask(question(["printf", String.raw`\033[2J\007\377 a\302\205b`], { lane }));
    // ESC and BEL show as pictures; a byte that is not UTF-8, and C1, as replacements.
    expect(outcome === undefined ? "" : said(outcome)).toBe("\u241b[2J\u2407\ufffd a\ufffdb");
  });

  test("does not read more than it should, and says so", async () => {
    const { ask } = await connected();
    const [big, small] = await ask(
      question(["head", "-c", "10485760", "/dev/zero"], { lane }),
      question(["echo", "after"], { lane }),
    );
    expect(big).toMatchObject({ ok: false, reason: "unreadable", detail: expect.stringContaining("10.0 MiB") });
    expect(small).toMatchObject({ ok: true, reply: { stdout: "after\n" } });
  });

  test("tells what is not installed, and what was killed", async () => {
    const { ask } = await connected();
    const [absent, killed] = await ask(
      question(["no-such-program"], { lane }),
      question(["sh", "-c", "kill -9 $$"], { lane }),
    );
    expect(absent).toMatchObject({ ok: false, reason: "missing", detail: "web1: no-such-program is not installed" });
    expect(killed).toMatchObject({ ok: false, reason: "failed", detail: expect.stringContaining("killed") });
  });

  test("a command that hangs costs only itself", async () => {
    const { ask, sessions } = await connected();
    const order: string[] = [];
    const asks = [
      question(["echo", "before"], { lane, id: "before" }),
      // Ignores the polite signal, as a process in a dead file system does.
      question(["sh", "-c", "trap '' TERM; echo half; while :; do sleep 1; done"], {
        lane,
        id: "hung",
        deadlineMs: 1500,
      }),
      question(["echo", "after"], { lane, id: "after", deadlineMs: 1500 }),
    ];
    const outcomes = new Map<string, string>();
    await sessions.ask("web1", asks, (each, outcome) => {
      order.push(each.commandId);
      outcomes.set(each.commandId, said(outcome));
    });
    expect(Object.fromEntries(outcomes)).toEqual({ before: "before\n", hung: "timeout", after: "after\n" });
    expect(order.at(-1)).toBe("hung");
    expect((await ask(question(["echo", "next"], { lane }))).map(said)).toEqual(["next\n"]);
    expect(sessions.link("web1").state).toBe("up");
  });

  test("refuses what changes something, even when a type was talked round", async () => {
    const { ask, server } = await connected();
    const change = { ...question(["touch", "/nowhere/x"], { lane }), effect: "change" } as unknown as Ask<"read">;
    const [outcome] = await ask(change);
    expect(outcome).toMatchObject({ ok: false, reason: "privilege" });
    expect(server.executed.join("\n")).not.toContain("touch");
  });

  test("refuses arguments that cannot be sent, and other kinds", async () => {
    const { ask } = await connected();
    const sql = { ...question(["x"]), send: { kind: "sql", sql: "select 1" } } as const;
    const outcomes = await ask(question(["a\0b"], { lane }), question(["a\nb"], { lane }), question([], { lane }), sql);
    expect(outcomes.map(said)).toEqual(["failed", "failed", "failed", "failed"]);
  });
});

describe("batch lane", () => {
  test("one shell answers many refreshes, and its round trip is measured", async () => {
    const { ask, server, sessions } = await connected();
    for (let refresh = 0; refresh < 3; refresh += 1) {
      const outcomes = await ask(...Array.from({ length: 10 }, (_, index) => question(["echo", String(index)])));
      expect(outcomes.map(said)).toEqual(Array.from({ length: 10 }, (_, index) => `${index}\n`));
    }
    expect(server.executed).toEqual(["exec env LC_ALL=C sh"]);
    const link = sessions.link("web1");
    expect(link.state === "up" ? link.roundTripMs : undefined).toBeGreaterThan(0);
  });

  test("a shell that ends is replaced, and what it had not answered is asked again", async () => {
    const { ask, server } = await connected();
    await ask(question(["true"]));
    // PPID of the command's shell is `timeout`'s parent: the lane's own shell.
    const kill = question(["sh", "-c", "kill -9 $(ps -o ppid= -p $PPID)"]);
    const [killer, after] = await ask(kill, question(["echo", "after"]));
    expect(killer).toMatchObject({ ok: false });
    expect(after).toMatchObject({ ok: true, reply: { stdout: "after\n" } });
    expect(server.executed.length).toBeGreaterThan(1);
  });

  test("an account without a shell is told with its own words", async () => {
    const server = await bed.server({ command: () => "echo This account is not available.; exit 1" });
    const sessions = bed.open([bed.host("web1", server)]);
    const [outcome] = await askAll(sessions, "web1", [question(["true"])]);
    expect(outcome).toMatchObject({
      ok: false,
      reason: "failed",
      detail: "web1: the account has no usable shell: This account is not available.",
    });
  });

  test("asks of several callers at once all come back to their own", async () => {
    const { sessions } = await connected();
    const batches = await Promise.all(
      Array.from({ length: 8 }, async (_, batch) =>
        askAll(sessions, "web1", [question(["echo", `${batch} a`]), question(["echo", `${batch} b`])]),
      ),
    );
    expect(batches.map((outcomes) => outcomes.map(said))).toEqual(
      Array.from({ length: 8 }, (_, batch) => [`${batch} a\n`, `${batch} b\n`]),
    );
  });
});

describe.each(["dash", "bash --posix", "busybox sh"].filter((shell) => installed(shell)))("under %s", (shell) => {
  test("the frames are the same", async () => {
    const server = await bed.server({ command: (line) => line.replace(/ sh$/, ` ${shell}`) });
    const sessions = bed.open([bed.host("web1", server)]);
    const outcomes = await askAll(sessions, "web1", [
      question(["sh", "-c", "echo out; echo err >&2; exit 3"]),
      question(["printf", String.raw`no newline \\ at the end`]),
      question(["sh", "-c", "cat; echo $MW; env | grep -c MW="]),
      question(["no-such-program"]),
    ]);
    expect(outcomes[0]).toMatchObject({ ok: true, reply: { stdout: "out\n", stderr: "err", exitCode: 3 } });
    // The nonce is nowhere a command could find it.
    expect(outcomes.map(said).slice(1)).toEqual(["no newline \\ at the end", "\n0\n", "missing"]);
    expect(server.executed).toHaveLength(1);
  });
});

describe("own lane", () => {
  test("runs six side by side, and lets the others wait for their turn", async () => {
    const { ask, server } = await connected();
    const meet = `touch ${bed.folder}/meet-$$; until [ $(ls ${bed.folder} | grep -c meet) -ge 6 ]; do sleep 0.02; done; echo met`;
    const outcomes = await ask(...Array.from({ length: 10 }, () => question(["sh", "-c", meet], { lane: "own" })));
    expect(outcomes.map(said)).toEqual(Array.from({ length: 10 }, () => "met\n"));
    expect(server.mostAtOnce()).toBe(6);
  });

  test("says who is in the way when an ask never has its turn", async () => {
    const server = await bed.server();
    const sessions = bed.open([bed.host("web1", server)]);
    await linkWhere(sessions, "web1", "up");
    const slow = Array.from({ length: 6 }, () => question(["sleep", "2"], { lane: "own", id: "gluster.heal" }));
    const busy = askAll(sessions, "web1", slow);
    const [late] = await askAll(sessions, "web1", [question(["true"], { lane: "own", id: "x.y", deadlineMs: 300 })]);
    expect(late).toMatchObject({ ok: false, reason: "timeout", detail: expect.stringContaining("gluster.heal") });
    await sessions.close();
    expect((await busy).map(said)).toEqual(Array.from({ length: 6 }, () => "unreachable"));
  });
});

test("a host nobody knows is missing, and nothing to ask is nothing to wait for", async () => {
  const { sessions } = await connected();
  expect((await askAll(sessions, "db9", [question(["true"])])).map(said)).toEqual(["missing"]);
  expect(await askAll(sessions, "web1", [])).toEqual([]);
  expect(sessions.link("db9")).toMatchObject({ state: "down", reason: "missing" });
});

function installed(shell: string): boolean {
  const [program = "", ...args] = shell.split(" ");
  return spawnSync(program, [...args, "-c", "true"]).status === 0;
}
