/** What a parent and the process of an embedded cluster tell each other. */
export type ToParent =
  | { readonly type: "ready"; readonly inventoryPath: string; readonly viewerInventoryPath: string }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "scenario"; readonly name: string };

export interface ToChild {
  readonly type: "scenario";
  readonly name: string;
}

const fields = (message: unknown): Readonly<Record<string, unknown>> =>
  typeof message === "object" && message !== null ? { ...message } : {};

export const readToParent = (message: unknown): ToParent | undefined => {
  const { type, inventoryPath, viewerInventoryPath, reason, name } = fields(message);
  if (type === "ready" && typeof inventoryPath === "string" && typeof viewerInventoryPath === "string") {
    return { type, inventoryPath, viewerInventoryPath };
  }
  if (type === "failed" && typeof reason === "string") return { type, reason };
  if (type === "scenario" && typeof name === "string") return { type, name };
  return undefined;
};

export const readToChild = (message: unknown): ToChild | undefined => {
  const { type, name } = fields(message);
  return type === "scenario" && typeof name === "string" ? { type, name } : undefined;
};
