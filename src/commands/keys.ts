import { keysText } from "../ui/keymap-docs.ts";
import { orFail } from "./choose.ts";
import { chosenKeymap } from "./keymap.ts";

/** `midwatch keys`: what every key does, as plain text. */
export const runKeys = async (options: { readonly keymap?: string }): Promise<void> => {
  console.log(keysText(orFail(await chosenKeymap(options.keymap))));
};
