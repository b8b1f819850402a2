import { describe, expect, it } from "vitest";
import { useRehearsal } from "./support/rehearsal.ts";

const { demo, on } = useRehearsal();
const midwatch = on("one");

const bootstrap = (...args: readonly string[]) => midwatch("run", "bootstrap", "--yes", "--reason", "a test", ...args);

describe("the database started again on the embedded cluster", { timeout: 200_000 }, () => {
  it("refuses while a member is Primary", async () => {
    const { stderr, exitCode } = await bootstrap();
    expect(stderr).toContain("web1 is Primary: the cluster lives");
    expect(exitCode).toBe(77);
  });

  it("begins where the newest data is, when its name is typed, and brings the others in one at a time", async () => {
    await demo().setScenario("database-down");
    const dry = await bootstrap("--dry-run");
    expect(dry.stdout).toMatch(/note: web2: position [\d,]+ \(recovery\)/);
    expect(dry.stdout).toContain("web2 has the newest data");
    expect(dry.stdout).toContain("galera_new_cluster");
    const refused = await bootstrap("--override", "web1");
    expect(refused.stdout).toContain("nothing was sent");
    expect(refused.exitCode).toBe(1);
    const { stdout, exitCode } = await bootstrap("--override", "web2");
    expect(stdout).toContain("done: start of the database of shop from web2");
    expect(exitCode).toBe(0);
    const order = [...stdout.matchAll(/^step +(.*)$/gm)].map(([, title]) => title);
    expect(order).toStrictEqual([
      "no member runs",
      "begin the cluster on web2",
      "start web1",
      "start web3",
      "the cluster is whole",
    ]);
    expect(await midwatch("status", "--json")).not.toMatchObject({
      stdout: expect.stringContaining("midwatch-bootstrap"),
    });
    expect((await bootstrap()).stderr).toContain("is Primary");
  });
});
