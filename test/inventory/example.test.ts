import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { inventoryJsonSchema } from "../../src/inventory/json-schema.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { formatProblems } from "../../src/inventory/problem.ts";
import { inventorySchema } from "../../src/inventory/schema.ts";
import { below, choices, shapeOf, type Shape } from "../../src/inventory/shape.ts";

const path = "inventory.example.yaml";
const text = readFileSync(path, "utf8");
const example: unknown = parse(text, { merge: true });

test("the example is a good inventory, and tells editors where its schema is", async () => {
  const result = await loadInventory(path);
  expect(result.ok ? "" : formatProblems(result.problems)).toBe("");
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/docs\/inventory\.schema\.json\n/);
});

/** Every key a schema has, as `clusters.*.galera.members.*.weight`, with what may stand there. */
function* keysOf(shape: Shape, at = ""): Generator<readonly [key: string, shape: Shape]> {
  for (const { properties = {}, additionalProperties } of choices(shape)) {
    for (const [name, below] of Object.entries(properties)) {
      if (typeof below !== "object") continue;
      yield [`${at}${name}`, below];
      yield* keysOf(below, `${at}${name}.`);
    }
    if (typeof additionalProperties === "object") yield* keysOf(additionalProperties, `${at}*.`);
  }
}

/** Every key a document has, in the same form. */
function* keysIn(value: unknown, shapes: readonly Shape[], at = ""): Generator<string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [key, under] of Object.entries(value)) {
    const place = `${at}${shapes.some(({ properties = {} }) => Object.hasOwn(properties, key)) ? key : "*"}`;
    yield place;
    yield* keysIn(
      under,
      shapes.flatMap((shape) => below(shape, key)),
      `${place}.`,
    );
  }
}

test("the example has every key there is", () => {
  const root = shapeOf(inventorySchema);
  const there = new Set(keysIn(example, choices(root)));
  const all = [...keysOf(root)].map(([key]) => key);
  // A host's ssh section has the keys of the cluster's, which are all shown once.
  const alike = (key: string): string => key.replace(".hosts.*.ssh.", ".ssh.");
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((key) => !there.has(alike(key)))).toEqual([]);
});

test("the schema says of every key what it is for", () => {
  const all = [...keysOf(shapeOf(inventorySchema))];
  expect(all.filter(([, { description }]) => description === undefined)).toEqual([]);
});

test("the JSON Schema takes the example, and refuses what midwatch refuses", () => {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(inventoryJsonSchema()));
  validate(example);
  expect(validate.errors).toBe(null);
  const cluster = { hosts: { web1: { roles: ["node"] } } };
  expect(validate({ clusters: { shop: cluster } })).toBe(true);
  for (const wrong of [
    {},
    { clusters: { shop: { ...cluster, colour: "red" } } },
    { clusters: { shop: { hosts: { web1: { roles: ["nod"] } } } } },
    { clusters: { shop: { ...cluster, galera: { flavour: "mariadb", user: "a", password: "hunter2" } } } },
    { clusters: { shop: { ...cluster, intervals: { fast: 2 } } } },
  ])
    expect(validate(wrong)).toBe(false);
});
