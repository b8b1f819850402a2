import { writeFile } from "node:fs/promises";
import { systems } from "../../src/systems/registry.ts";
import { askEverything, clusterIn } from "./ask-everything.ts";
import { merge, write, type Shape } from "./shape.ts";
import { agreedShapes, SHAPES, shapesOf } from "./shapes.ts";

// node test/contract/record.ts [--fresh] INVENTORY…: adds the shapes of what these clusters answer to the agreed ones.
// Read the difference before committing it: a new optional key is a promise less.
const [first, ...rest] = process.argv.slice(2);
const fresh = first === "--fresh";
const inventories = fresh || first === undefined ? rest : [first, ...rest];
const all: Record<string, Shape> = fresh ? {} : { ...(await agreedShapes()) };
for (const path of inventories) {
  const answers = await askEverything(await clusterIn(path));
  for (const answer of answers) if (answer.state === "unknown") console.error(answer.key, answer.reason, answer.detail);
  for (const [id, shape] of Object.entries(shapesOf(answers)))
    all[id] = all[id] === undefined ? shape : merge(all[id], shape);
}
const commands = new Set(systems.flatMap((room) => room.commands.map(({ id }) => id)));
const kept = Object.entries(all)
  .filter(([id]) => commands.has(id))
  .toSorted(([a], [b]) => a.localeCompare(b))
  .map(([id, shape]) => [id, write(shape)]);
await writeFile(SHAPES, `${JSON.stringify(Object.fromEntries(kept), undefined, 1)}\n`);
