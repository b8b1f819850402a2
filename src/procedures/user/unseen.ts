import type { EntryOf } from "../../record/journal-entry.ts";
import { procedures } from "../registry.ts";
import { isOwnText } from "./load.ts";

/**
 * The text of somebody's own procedure that came with the note beside the cluster's lock, and that no file here has:
 * whoever can write to that Redis may have put any command into it. Undefined for what is one's own, or midwatch's.
 */
export const unseenText = async (
  { procedure, params, adopted }: Pick<EntryOf<"opened">, "procedure" | "params" | "adopted">,
  inventory: string,
): Promise<string | undefined> => {
  const text = params["source"];
  if (adopted !== true || text === undefined || procedures.some(({ name }) => name === procedure)) return undefined;
  return (await isOwnText(text, inventory)) ? undefined : text;
};
