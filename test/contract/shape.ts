/**
 * What a value is made of, without the figures: enough to see that two clusters speak of the same things in the same
 * types. `optional` names keys that may be absent.
 */
export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "null" | "absent" }
  /** A map is a list of its values: its keys are names, not structure. */
  | { readonly kind: "list"; readonly of?: Shape | undefined }
  | { readonly kind: "object"; readonly keys: Readonly<Record<string, Shape>>; readonly optional: readonly string[] }
  | { readonly kind: "any of"; readonly shapes: readonly Shape[] };

export const shapeOf = (value: unknown): Shape => {
  if (value === undefined) return { kind: "absent" };
  if (value === null) return { kind: "null" };
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "number") return { kind: "number" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (Array.isArray(value)) return { kind: "list", of: mergeAll(value.map(shapeOf)) };
  if (value instanceof Map || value instanceof Set) {
    return { kind: "list", of: mergeAll([...value.values()].map(shapeOf)) };
  }
  const given = Object.entries(value).filter(([, each]) => each !== undefined);
  return { kind: "object", keys: Object.fromEntries(given.map(([key, each]) => [key, shapeOf(each)])), optional: [] };
};

export const mergeAll = (shapes: readonly Shape[]): Shape | undefined => {
  const [first, ...rest] = shapes;
  return first === undefined ? undefined : rest.reduce((all, shape) => merge(all, shape), first);
};

/** The shape of either. */
export const merge = (a: Shape, b: Shape): Shape => {
  if (a.kind === "any of" || b.kind === "any of") return anyOf([...parts(a), ...parts(b)]);
  if (a.kind === "list" && b.kind === "list") {
    return { kind: "list", of: mergeAll([a.of, b.of].filter((shape) => shape !== undefined)) };
  }
  if (a.kind === "object" && b.kind === "object") return mergeObjects(a, b);
  return a.kind === b.kind ? a : anyOf([a, b]);
};

const parts = (shape: Shape): readonly Shape[] => (shape.kind === "any of" ? shape.shapes : [shape]);

const anyOf = (shapes: readonly Shape[]): Shape => {
  const kinds = new Map<string, Shape>();
  for (const shape of shapes) {
    const known = kinds.get(shape.kind);
    kinds.set(shape.kind, known === undefined ? shape : merge(known, shape));
  }
  const all = [...kinds.values()].toSorted((a, b) => a.kind.localeCompare(b.kind));
  const [only] = all;
  return only !== undefined && all.length === 1 ? only : { kind: "any of", shapes: all };
};

type ObjectShape = Extract<Shape, { kind: "object" }>;

const mergeObjects = (a: ObjectShape, b: ObjectShape): ObjectShape => {
  const names = [...new Set([...Object.keys(a.keys), ...Object.keys(b.keys)])].toSorted();
  const keys: Record<string, Shape> = {};
  const optional: string[] = [];
  for (const name of names) {
    const shape = mergeAll([a.keys[name], b.keys[name]].filter((each) => each !== undefined));
    if (shape !== undefined) keys[name] = shape;
    const both = a.keys[name] !== undefined && b.keys[name] !== undefined;
    if (!both || a.optional.includes(name) || b.optional.includes(name)) optional.push(name);
  }
  return { kind: "object", keys, optional };
};

/** What in `seen` is not as `agreed`; empty when all is. Says nothing about keys that are agreed to be optional. */
export const differences = (seen: Shape, agreed: Shape, path = "value"): readonly string[] => {
  if (agreed.kind === "any of") {
    return parts(seen).flatMap((part) => {
      const fitting = agreed.shapes.find((shape) => shape.kind === part.kind);
      return fitting === undefined ? [`${path} is ${part.kind}`] : differences(part, fitting, path);
    });
  }
  if (seen.kind !== agreed.kind) return [`${path} is ${seen.kind}, not ${agreed.kind}`];
  if (seen.kind === "list" && agreed.kind === "list") {
    return seen.of === undefined || agreed.of === undefined ? [] : differences(seen.of, agreed.of, `${path}[]`);
  }
  if (seen.kind !== "object" || agreed.kind !== "object") return [];
  const unknown = Object.keys(seen.keys).filter((key) => agreed.keys[key] === undefined);
  const missing = Object.keys(agreed.keys).filter(
    (key) => !agreed.optional.includes(key) && (seen.keys[key] === undefined || seen.optional.includes(key)),
  );
  const inside = Object.entries(seen.keys).flatMap(([key, shape]) => {
    const other = agreed.keys[key];
    return other === undefined ? [] : differences(shape, other, `${path}.${key}`);
  });
  return [
    ...unknown.map((key) => `${path}.${key} is not agreed`),
    ...missing.map((key) => `${path}.${key} is missing`),
    ...inside,
  ];
};

/** As people read it: `"number"`, `["string"]` for a list, `{"key": …, "may be absent?": …}`, `{"|": […]}` for one of several. */
export type Written = string | readonly Written[] | { readonly [key: string]: Written };

export const write = (shape: Shape): Written => {
  switch (shape.kind) {
    case "list":
      return shape.of === undefined ? [] : [write(shape.of)];
    case "any of":
      return { "|": shape.shapes.map(write) };
    case "object":
      return Object.fromEntries(
        Object.entries(shape.keys).map(([key, each]) => [shape.optional.includes(key) ? `${key}?` : key, write(each)]),
      );
    default:
      return shape.kind;
  }
};

const PLAIN = ["string", "number", "boolean", "null", "absent"] as const;

/** Throws for what {@link write} does not write. */
export const read = (written: unknown): Shape => {
  if (typeof written === "string") {
    const kind = PLAIN.find((each) => each === written);
    if (kind === undefined) throw new Error(`no shape: ${written}`);
    return { kind };
  }
  if (Array.isArray(written)) return { kind: "list", of: written.length === 0 ? undefined : read(written[0]) };
  if (typeof written !== "object" || written === null) throw new Error(`no shape: ${String(written)}`);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(written);
  const [only] = entries;
  if (only?.[0] === "|" && Array.isArray(only[1])) return { kind: "any of", shapes: only[1].map(read) };
  return {
    kind: "object",
    keys: Object.fromEntries(entries.map(([key, each]) => [key.replace(/\?$/, ""), read(each)])),
    optional: entries.flatMap(([key]) => (key.endsWith("?") ? [key.slice(0, -1)] : [])),
  };
};
