import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { killedAt, useRehearsal } from "./support/rehearsal.ts";

const { on, states } = useRehearsal();

/** What midwatch's own help lists, so that a new command is not forgotten here. */
const listed = async (): Promise<readonly string[]> => {
  const { stdout } = await execa(process.execPath, ["dist/main.js", "--help"]);
  const commands = stdout.slice(stdout.indexOf("Commands:"));
  return [...commands.matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, name = ""]) => (name === "help" ? [] : [name]));
};

type Tried = readonly [args: readonly string[], exitCodes: readonly number[]];

/** Every command as a viewer may use it, with the exit codes that mean it did its work. */
const LOOKING: Readonly<Record<string, readonly Tried[]>> = {
  // It needs a terminal; its keys are tried in test/screen.
  console: [[["console"], [64]]],
  demo: [[["demo", "--list"], [0]]],
  status: [
    [
      ["status", "--within", "30s"],
      [0, 1, 2, 3],
    ],
  ],
  timeline: [[["timeline"], [0]]],
  doctor: [[["doctor"], [0, 1, 2]]],
  grants: [[["grants", "--role", "viewer"], [0]]],
  verdict: [
    [
      ["verdict", "web2"],
      [0, 1, 2, 3],
    ],
  ],
  explain: [[["explain"], [0]]],
  run: [
    [["run"], [0]],
    [
      ["run", "drain", "--host", "web2", "--dry-run"],
      [0, 1],
    ],
  ],
  journal: [[["journal"], [0, 1]]],
  procedures: [[["procedures", "check", "procedures/new-site.yaml"], [0]]],
  audit: [[["audit"], [0]]],
  keys: [[["keys"], [0]]],
};

const WITHOUT_INVENTORY = new Set(["demo", "explain", "procedures", "keys"]);

describe("a viewer", { timeout: 400_000 }, () => {
  it("may use every command to look, and none to change: refused, audited, nothing changed", async () => {
    expect(Object.keys(LOOKING).toSorted()).toEqual((await listed()).toSorted());
    // Something of an operator's is unfinished, so that there is something to meddle with.
    const operator = on("operator");
    // Whatever the verdict: on a busy machine a member may be late to answer.
    const begun = operator("run", "drain", "--host", "web2", "--yes", "--reason", "a test", "--override", "web2");
    const isSent = (line: string): boolean => line.startsWith("  sent") && line.includes("web/web2 state drain");
    const killed = await killedAt(begun, isSent);
    expect(killed, (await begun).all).toBe(true);
    const before = await states();

    const viewer = on("viewer", "viewer");
    for (const [name, tried] of Object.entries(LOOKING))
      for (const [args, exitCodes] of tried) {
        const ended = WITHOUT_INVENTORY.has(name)
          ? await execa(process.execPath, ["dist/main.js", ...args], { reject: false, all: true, stdin: "ignore" })
          : await viewer(...args);
        expect(exitCodes, `${args.join(" ")}: ${ended.all}`).toContain(ended.exitCode);
      }

    const reason = ["--reason", "a test", "--take-over", "a test"];
    const refused = [
      ...["resume", "undo", "leave"].map((what) => ["journal", what, ...reason]),
      ["run", "return", "--host", "web2", "--yes", ...reason],
    ];
    for (const args of refused)
      expect(await viewer(...args)).toMatchObject({ exitCode: 77, all: expect.stringContaining("viewer") });
    // By flag as by inventory.
    expect(await on("viewer")("journal", "undo", "--read-only", ...reason)).toMatchObject({ exitCode: 77 });

    const { stdout } = await viewer("audit", "--json");
    const entries = stdout.split("\n").map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
    expect(entries.filter(({ what, role }) => what === "refused" && role === "viewer")).toHaveLength(
      refused.length + 1,
    );
    expect(entries.every(({ what }) => what === "refused")).toBe(true);
    expect(await states()).toEqual(before);
    expect(await operator("journal")).toMatchObject({ exitCode: 1, all: expect.stringContaining("drain of web2") });
  });
});
