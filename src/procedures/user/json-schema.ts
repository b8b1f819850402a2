import { z } from "zod";
import { userProcedureSchema } from "./schema.ts";

/** The text of docs/procedure.schema.json, for editors: what may be written, before defaults are filled in. */
export const procedureJsonSchema = (): string => {
  const { $schema, ...rest } = z.toJSONSchema(userProcedureSchema, { io: "input", target: "draft-07" });
  const headed = {
    $schema,
    title: "midwatch procedure",
    description: "A procedure of your own. Made from src/procedures/user/schema.ts by `npm run docs`.",
    ...rest,
  };
  return `${JSON.stringify(headed, null, 2)}\n`;
};
