import { z } from "zod";
import { inventorySchema } from "./schema.ts";

/** The text of docs/inventory.schema.json, for editors: what may be written, before defaults are filled in. */
export const inventoryJsonSchema = (): string => {
  const schema = z.toJSONSchema(inventorySchema, { io: "input", target: "draft-07" });
  const { $schema, ...rest } = schema;
  const headed = {
    $schema,
    title: "midwatch inventory",
    description: "The clusters midwatch watches. Made from src/inventory/schema.ts by `npm run docs`.",
    ...rest,
  };
  return `${JSON.stringify(headed, null, 2)}\n`;
};
