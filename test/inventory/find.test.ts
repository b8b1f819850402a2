import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findInventory } from "../../src/inventory/find.ts";
import { EXIT, formatProblems } from "../../src/inventory/problem.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "midwatch-find-"));
  for (const folder of ["here", "home/.config/midwatch", "xdg/midwatch"])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const touch = (path: string): void => writeFileSync(join(root, path), "");
const around = (env: NodeJS.ProcessEnv = {}) => ({ env, folder: join(root, "here"), home: join(root, "home") });
const find = async (named?: string, env?: NodeJS.ProcessEnv): Promise<string> => {
  const found = await findInventory(named, around(env));
  return found.ok ? found.value.replace(root, "") : formatProblems(found.problems).replaceAll(root, "");
};

test("the nearest place wins: option, variable, this folder, config folder", async () => {
  for (const path of ["a.yaml", "b.yaml", "here/inventory.yaml", "home/.config/midwatch/inventory.yaml"]) touch(path);
  const env = { MIDWATCH_INVENTORY: join(root, "b.yaml") };
  expect(await find(join(root, "a.yaml"), env)).toBe("/a.yaml");
  expect(await find(undefined, env)).toBe("/b.yaml");
  expect(await find(undefined, { MIDWATCH_INVENTORY: "" })).toBe("inventory.yaml");
  rmSync(join(root, "here/inventory.yaml"));
  expect(await find()).toBe("/home/.config/midwatch/inventory.yaml");
});

test("the config folder is where XDG says, when that is absolute", async () => {
  touch("xdg/midwatch/inventory.yaml");
  touch("home/.config/midwatch/inventory.yaml");
  expect(await find(undefined, { XDG_CONFIG_HOME: join(root, "xdg") })).toBe("/xdg/midwatch/inventory.yaml");
  expect(await find(undefined, { XDG_CONFIG_HOME: "xdg" })).toBe("/home/.config/midwatch/inventory.yaml");
});

test("a tilde the shell left is expanded", async () => {
  touch("home/mine.yaml");
  expect(await find("~/mine.yaml")).toBe("/home/mine.yaml");
});

test("a place that was named is not passed over", async () => {
  touch("here/inventory.yaml");
  expect(await find("gone.yaml")).toBe("--inventory: there is no gone.yaml\n  fix: correct the path");
  expect(await find(undefined, { MIDWATCH_INVENTORY: "/gone/x.yaml" })).toBe(
    "$MIDWATCH_INVENTORY: there is no /gone/x.yaml\n  fix: correct the path",
  );
});

test("with none: where it looked, and the demo", async () => {
  expect(await find()).toBe(
    [
      "no inventory found: not --inventory, not $MIDWATCH_INVENTORY, not ./inventory.yaml, not /home/.config/midwatch/inventory.yaml",
      "  fix: midwatch demo shows a cluster at once; inventory.example.yaml shows how to describe yours",
    ].join("\n"),
  );
  const found = await findInventory(undefined, around());
  expect(found.ok ? [] : found.problems.map((one) => one.exitCode)).toEqual([EXIT.config]);
});
