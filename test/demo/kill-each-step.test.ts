import { describe, expect, it } from "vitest";
import { killedAt, useRehearsal } from "./support/rehearsal.ts";

const { on, states } = useRehearsal();
const REASON = ["--yes", "--reason", "a test"] as const;

const nthStep = (n: number) => {
  let seen = 0;
  return (line: string) => line.startsWith("step ") && (seen += 1) === n;
};

const HAVE = { drain: "DRAIN", return: "UP" } as const;

describe("killed at every step, on the embedded cluster", { timeout: 600_000 }, () => {
  it("drain and return are taken back, and the cluster is as it was", async () => {
    const midwatch = on("one");
    for (const name of ["drain", "return"] as const) {
      for (let n = 1; ; n += 1) {
        const options = name === "drain" ? ["--set", "wait=30s"] : [];
        const child = midwatch("run", name, "--host", "web2", ...REASON, ...options);
        const killed = await killedAt(child, nthStep(n));
        if (!killed) break;
        expect(await midwatch("journal")).toMatchObject({
          exitCode: 1,
          stdout: expect.stringContaining(`${name} of web2 was cut off at step`),
        });
        const undone = await midwatch("journal", "undo", "--reason", "a test");
        expect(undone.stdout).toContain(`taken back: ${name} of web2`);
        expect(await states()).toMatchObject({ "web/web2": HAVE[name === "drain" ? "return" : "drain"] });
      }
      expect(await states()).toMatchObject({ "web/web2": HAVE[name], "mysql/web2": HAVE[name] });
    }
  });
});
