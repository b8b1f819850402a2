import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { Check } from "../../src/commands/doctor-check.ts";
import { examine } from "../../src/commands/doctor-examine.ts";
import { openAccess } from "../../src/connect/open.ts";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { formatProblems } from "../../src/inventory/problem.ts";
import { redis } from "../../src/systems/redis/index.ts";
import { systems as registered } from "../../src/systems/registry.ts";
import { sealed } from "../../src/systems/sealed.ts";

let demo: LaunchedDemo;
beforeAll(async () => {
  demo = await launchDemo();
});
afterAll(async () => {
  await demo.close();
});

const doctor = async (inventoryPath: string, systems = registered): Promise<readonly Check[]> => {
  const loaded = await loadInventory(inventoryPath);
  const cluster = loaded.ok ? loaded.value[0] : undefined;
  if (cluster === undefined) throw new Error(loaded.ok ? "no cluster" : formatProblems(loaded.problems));
  const access = openAccess(cluster, {});
  try {
    return (await Promise.all(examine({ cluster, access, systems, connectMs: 15_000 }))).flat();
  } finally {
    await access.close();
  }
};

const brief = (checks: readonly Check[]): readonly string[] =>
  checks.map(({ subject, area, state, text }) => `${state} ${subject} ${area}: ${text}`);

/** The demo's inventory with something changed, in a file beside it. */
const changed = (change: (text: string) => string): string => {
  const path = join(demo.inventoryPath, "..", "changed.yaml");
  writeFileSync(path, change(readFileSync(demo.inventoryPath, "utf8")), { mode: 0o600 });
  return path;
};

test("an operator's account gets an answer to everything", async () => {
  const checks = await doctor(demo.inventoryPath);
  expect(brief(checks.filter(({ state }) => state !== "ok" && state !== "absent"))).toEqual([]);
  for (const host of ["web1", "web2", "web3", "lb1"]) expect(brief(checks)).toContain(`ok ${host} ssh: connected`);
});

test("a viewer's account lacks privileges at most, and is told the rule for each", async () => {
  const checks = await doctor(demo.viewerInventoryPath);
  expect(brief(checks.filter(({ state }) => state === "fails" || state === "skipped" || state === "missing"))).toEqual(
    [],
  );
  const helpless = checks.filter(({ state, fixes }) => state === "needs" && fixes.length === 0);
  expect(brief(helpless)).toEqual([]);
});

test("an unknown host key is refused with its fingerprint, and everything behind it is skipped", async () => {
  const path = changed((text) => text.replaceAll(/known_hosts:.*(\n\s+- .*)?/g, "known_hosts: [/dev/null]"));
  const checks = await doctor(path);
  expect(brief(checks).filter((line) => line.startsWith("fails web1"))).toEqual([
    expect.stringMatching(/^fails web1 ssh: unknown host key ssh-\S+ SHA256:\S+$/),
  ]);
  expect(checks.some(({ subject, area, state }) => subject === "web1" && area === "host" && state === "skipped")).toBe(
    true,
  );
});

test("a wrong password is a line that says where it came from, and not what it is", async () => {
  const wrong = "hunter2-is-wrong";
  const file = join(demo.inventoryPath, "..", "wrong-password");
  writeFileSync(file, wrong, { mode: 0o600 });
  const path = changed((text) => {
    const inventory = parse(text);
    for (const cluster of Object.values<{ redis: Record<string, { password: string }> }>(inventory.clusters))
      for (const instance of Object.values(cluster.redis)) instance.password = `file:${file}`;
    return stringify(inventory);
  });
  const checks = await doctor(path, [sealed(redis)]);
  expect(brief(checks)).toContainEqual(expect.stringMatching(/^ok \S+ secret: redis .* from file:.*wrong-password$/));
  expect(brief(checks)).toContainEqual(expect.stringMatching(/^fails sessions redis: .*password/));
  expect(JSON.stringify(checks)).not.toContain(wrong);
});
