import { readFile } from "node:fs/promises";
import type { Answer } from "./ask-everything.ts";
import { mergeAll, read, shapeOf, type Shape } from "./shape.ts";

/** Where the agreed shapes are kept: written by `node test/contract/record.ts INVENTORY…` from real and embedded clusters. */
export const SHAPES = new URL("shapes.json", import.meta.url);

/** Command id → what its values are made of. */
export type Shapes = Readonly<Record<string, Shape>>;

export const shapesOf = (answers: readonly Answer[]): Shapes => {
  const known = answers.flatMap((answer) => (answer.state === "known" ? [answer] : []));
  const shapes = [...Map.groupBy(known, ({ commandId }) => commandId)].map(
    ([id, group]) => [id, mergeAll(group.map(({ value }) => shapeOf(value)))] as const,
  );
  return Object.fromEntries(shapes.flatMap(([id, shape]) => (shape === undefined ? [] : [[id, shape]])));
};

export const agreedShapes = async (): Promise<Shapes> => {
  const written: unknown = JSON.parse(await readFile(SHAPES, "utf8"));
  if (typeof written !== "object" || written === null) throw new Error("shapes.json holds no shapes");
  return Object.fromEntries(Object.entries(written).map(([id, each]) => [id, read(each)]));
};
