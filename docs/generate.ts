/**
 * Writes the pages of docs/ that are made from the code: `npm run docs` writes them, `npm run docs:check` fails when
 * one is stale. Run from the source, so that a page can never describe an older build.
 */
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { statusSchema } from "../src/commands/status-report.ts";
import { inventoryJsonSchema } from "../src/inventory/json-schema.ts";
import { procedureJsonSchema } from "../src/procedures/user/json-schema.ts";
import { keymapDocs } from "../src/ui/keymap-docs.ts";
import { commandsPage } from "./commands-page.ts";
import { findingsPage } from "./findings-page.ts";

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "commands.md": commandsPage,
  "findings.md": findingsPage,
  "keys.md": keymapDocs,
  "inventory.schema.json": inventoryJsonSchema,
  "procedure.schema.json": procedureJsonSchema,
  "status.schema.json": () => `${JSON.stringify(z.toJSONSchema(statusSchema, { io: "input" }), null, 2)}\n`,
};

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, page] of Object.entries(pages)) {
  const file = new URL(name, import.meta.url);
  const text = await page();
  const before = await readFile(file, "utf8").catch(() => "");
  if (before === text) continue;
  if (check) stale.push(name);
  else await writeFile(file, text);
}
if (stale.length > 0) {
  console.error(`stale: docs/${stale.join(", docs/")}; run: npm run docs`);
  process.exitCode = 1;
}
