import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systems } from "../../src/systems/registry.ts";

const ROOMS = new URL("../../src/systems/", import.meta.url);
const known = new Set(systems.flatMap(({ rules, commands }) => [...rules, ...commands].map(({ id }) => id)));

// Explanations cross rooms by name: one that was renamed would never fold anything again, silently.
test.each(systems.map(({ id }) => id))("what %s names of other rooms exists", (room) => {
  const folder = new URL(`${room}/`, ROOMS);
  const names = readdirSync(folder)
    .filter((file) => file.startsWith("assess"))
    .flatMap((file) => [...readFileSync(new URL(file, folder), "utf8").matchAll(/"((?:[a-z]+)\.[a-z_]+)"/g)])
    .flatMap(([, name]) => (name !== undefined && systems.some(({ id }) => name.startsWith(`${id}.`)) ? [name] : []));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
