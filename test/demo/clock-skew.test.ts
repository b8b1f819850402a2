import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";

let demo: LaunchedDemo;

beforeAll(async () => {
  demo = await launchDemo();
}, 60_000);
afterAll(async () => {
  await demo.close();
});

const report = async () => {
  const args = ["dist/main.js", "status", "-i", demo.inventoryPath, "--json"];
  const { stdout } = await execa(process.execPath, args, { reject: false, stdin: "ignore", timeout: 40_000 });
  return JSON.parse(stdout);
};

// The hosts of the lab share this machine's clock, which no namespace sets: here the embedded cluster makes the fault.
describe("the incident of a skewed clock, on the embedded cluster", () => {
  it("names the host, by how much and what to look at; lets hosts be taken; and is over when it is set right", async () => {
    await demo.setScenario("clock-skewed");
    const broken = await report();
    expect(broken.headline).toMatch(/^web2's clock is 1m(29|30)s ahead of this machine's/);
    expect(broken.next).toContain("ssh web2 timedatectl");
    expect(broken.overall).toBe("warning");
    expect(broken.stories[0]).toMatchObject({ root: "host.clock_offset web2", severity: "warning" });
    const worth = broken.findings.filter(({ severity }: { severity: string }) => severity !== "info");
    expect(worth.map(({ id, subject }: { id: string; subject: string }) => `${id} ${subject}`)).toEqual([
      "host.clock_offset web2",
    ]);
    await demo.setScenario("healthy");
    const healed = await report();
    expect(healed.findings.some(({ id }: { id: string }) => id === "host.clock_offset")).toBe(false);
  });
});
