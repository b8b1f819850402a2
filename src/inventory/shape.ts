import { z } from "zod";

/** A place in a checked document: keys and list indices from the top. */
export type Path = readonly PropertyKey[];

/**
 * What a schema allows, as its JSON Schema: plain data that can be walked beside a document. Editors and error messages
 * so draw from the same source.
 */
export type Shape = z.core.JSONSchema.BaseSchema;

const shapes = new WeakMap<z.ZodType, Shape>();

export const shapeOf = (schema: z.ZodType): Shape => {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  shapes.set(schema, shape);
  return shape;
};

/** Everything that may stand at `path`: more than one where the schema leaves a choice, none where it knows nothing. */
export const shapesAt = (root: Shape, path: Path): readonly Shape[] =>
  path.reduce<readonly Shape[]>((at, key) => at.flatMap((shape) => below(shape, key)), choices(root));

/** One step down. */
export const below = (shape: Shape, key: PropertyKey): readonly Shape[] => {
  const next =
    typeof key === "number" ? shape.items : (ownProperty(shape.properties, String(key)) ?? shape.additionalProperties);
  return typeof next === "object" && !Array.isArray(next) ? choices(next) : [];
};

export const choices = (shape: Shape): readonly Shape[] => {
  const among = shape.anyOf ?? shape.oneOf;
  return among === undefined ? [shape] : among.flatMap((one) => (typeof one === "object" ? choices(one) : []));
};

/** Keys the schema names at these shapes. */
export const keysOf = (at: readonly Shape[]): readonly string[] =>
  at.flatMap((shape) => Object.keys(shape.properties ?? {}));

/** True where a secret belongs: `writeOnly` is JSON Schema's own word for what must not be shown. */
export const isSecret = (at: readonly Shape[]): boolean => at.some((shape) => shape.writeOnly === true);

/** True where a plain value belongs that may be shown again in a message. */
export const isShowable = (at: readonly Shape[]): boolean =>
  !isSecret(at) &&
  at.some((shape) => shape.enum !== undefined || shape.const !== undefined || isScalarType(shape.type));

/** True where the keys themselves belong: in a mapping the schema knows. */
export const takesKeys = (at: readonly Shape[]): boolean => at.some((shape) => shape.type === "object");

/** True where the schema expects this very key, or any. */
export const isNamed = (at: readonly Shape[], key: string): boolean => at.some((shape) => below(shape, key).length > 0);

const isScalarType = (type: Shape["type"]): boolean =>
  type === "string" || type === "number" || type === "integer" || type === "boolean";

const ownProperty = <T>(from: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  from !== undefined && Object.hasOwn(from, key) ? from[key] : undefined;
