import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchLine, preamble } from "../../src/connect/ssh/batch-script.ts";
import { feed, openFrames } from "../../src/connect/ssh/frames.ts";
import { quoteAll } from "../../src/connect/ssh/quote.ts";
import { fail, out } from "../../src/demo/shell/program.ts";
import { readScript } from "../../src/demo/shell/read-script.ts";
import { runText, type Shell } from "../../src/demo/shell/run.ts";
import { stillCluster } from "./support.ts";

interface Written {
  stdout: string;
  stderr: string;
}

/** `args` prints what it was given, one word a line, in brackets; `both` writes to both streams; `no` fails with 3. */
const PROGRAMS: Readonly<Record<string, (args: readonly string[], stdin: string) => ReturnType<typeof out>>> = {
  args: (args) => out(args.map((word) => `[${word}]\n`).join("")),
  both: () => fail(3, "err\n", "out\n"),
  stdin: (_args, stdin) => out(stdin.toUpperCase()),
};

const shellFor = (written: Written): Shell => ({
  name: "sh",
  variables: new Map([["X", "a  b"]]),
  functions: new Map(),
  files: new Map([
    [1, (text) => void (written.stdout += text)],
    [2, (text) => void (written.stderr += text)],
  ]),
  positional: [],
  status: 0,
  exited: false,
  execute: ([name = "", ...args], stdin) => PROGRAMS[name]?.(args, stdin) ?? fail(127, `sh: 1: ${name}: not found`),
  wait: () => Promise.resolve(),
});

const sh = async (script: string): Promise<Written & { readonly status: number }> => {
  const written: Written = { stdout: "", stderr: "" };
  const shell = shellFor(written);
  await runText(shell, script);
  return { ...written, status: shell.status };
};

describe("the shell's language", () => {
  it.each([
    [`args a 'b c' "d e" f\\ g`, "[a]\n[b c]\n[d e]\n[f g]\n"],
    [`args '' "" x''y`, "[]\n[]\n[xy]\n"],
    [`args $X "$X" '$X' \${X}z`, "[a]\n[b]\n[a  b]\n[$X]\n[a]\n[bz]\n"],
    // Unquoted, `$1` is split at its blank.
    [`f() { args "$@" $# $1; }; f 'p q' r`, "[p q]\n[r]\n[2]\n[p]\n[q]\n"],
    ["args $(args 1 2)", "[[1]]\n[[2]]\n"],
    ["args a | stdin", "[A]\n"],
    ["args a # b", "[a]\n"],
    ["Y=3 Z=$Y; args $Y $Z", "[3]\n[3]\n"],
  ])("%s", async (script, stdout) => {
    expect((await sh(script)).stdout).toBe(stdout);
  });

  it("goes by exit codes", async () => {
    expect((await sh("both || args yes; both && args no; args $?")).stdout).toBe("out\n[yes]\nout\n[3]\n");
    expect((await sh("nosuch")).status).toBe(127);
  });

  it("moves streams about in the order written", async () => {
    expect(await sh("both 2>&1 >/dev/null")).toStrictEqual({ stdout: "err\n", stderr: "", status: 3 });
    expect(await sh("exec 3>&1; v=$(both 2>&1 >&3 3>&- </dev/null); args $? $v")).toMatchObject({
      stdout: "out\n[3]\n[err]\n",
      stderr: "",
    });
    expect((await sh("both >/etc/passwd")).stderr).toContain("cannot create /etc/passwd");
  });

  it("gives every word back as it was quoted, whatever is in it", async () => {
    const word = fc.string({ unit: "binary" }).filter((text) => !/[\0\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1 }), async (words) => {
        const { stdout } = await sh(`args ${quoteAll(words)}`);
        expect(stdout).toBe(words.map((each) => `[${each}]\n`).join(""));
      }),
    );
  });

  it("answers any bytes with a status and never with a throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), async (chunks) => {
        const input = new PassThrough();
        const done = readScript(input, shellFor({ stdout: "", stderr: "" }));
        for (const chunk of chunks) input.write(chunk);
        input.end();
        expect(await done).toEqual(expect.any(Number));
      }),
    );
  });
});

describe("the batch lane", () => {
  it("is executed as midwatch writes it: frames, exit codes, both streams", async () => {
    const written: Written = { stdout: "", stderr: "" };
    const nonce = "0123456789abcdef0123456789abcdef";
    const shell = shellFor(written);
    const still = stillCluster();
    const lane: Shell = { ...shell, execute: (argv) => still.run("web1", argv) };
    const input = new PassThrough();
    const done = readScript(input, lane);
    input.write(preamble(nonce));
    input.write(batchLine(1, 2, ["hostname"]) + batchLine(2, 2, ["nosuch", "it's"]));
    input.end(batchLine(3, 1, ["sleep", "9"]) + batchLine(4, 2, ["cat", "/etc/hostname", "/etc/nosuch"]));
    await done;
    const { events } = feed(openFrames(nonce), Buffer.from(written.stdout));
    const closed = events.flatMap((event) => (event.kind === "closed" ? [event] : []));
    expect(closed.map(({ id, exitCode }) => [id, exitCode])).toStrictEqual([
      [1, 0],
      [2, 127],
      [3, 124],
      [4, 1],
    ]);
    expect(written.stdout).toContain(`${nonce} o 1\nweb1\n\n${nonce} e 1 0\n\n${nonce} z 1\n`);
    expect(written.stdout).toContain("timeout: failed to run command 'nosuch': No such file or directory");
    expect(written.stdout).toContain("web1\n\n0123456789abcdef0123456789abcdef e 4 1\ncat: /etc/nosuch: No such file");
    expect(written.stderr).toBe("");
  });
});
