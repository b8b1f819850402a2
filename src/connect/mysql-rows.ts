import { clean, cleanLine } from "./clean.ts";
import type { SqlReply } from "./reply.ts";

/** Rows as name → text, or undefined when what mysql2 made of the reply is not one table. */
export const tableOf = (rows: unknown, fields: unknown): SqlReply["rows"] | undefined => {
  // A statement without a result set, such as SET.
  if (fields === undefined) return Array.isArray(rows) ? undefined : [];
  if (!Array.isArray(rows) || !Array.isArray(fields)) return undefined;
  const names: string[] = [];
  for (const field of fields) {
    const name: unknown = typeof field === "object" && field !== null && "name" in field ? field.name : undefined;
    if (typeof name !== "string") return undefined;
    names.push(cleanLine(name));
  }
  const table: Readonly<Record<string, string | null>>[] = [];
  for (const row of rows) {
    if (!Array.isArray(row)) return undefined;
    table.push(Object.fromEntries(names.map((name, at) => [name, textOf(row[at])])));
  }
  return table;
};

const textOf = (value: unknown): string | null => (Buffer.isBuffer(value) ? clean(value.toString("utf8")) : null);
