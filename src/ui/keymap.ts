import { BINDINGS } from "./bindings.ts";
import type { Binding } from "./desk.ts";
import { keyLabel } from "./keys.ts";
import type { Context } from "./scene.ts";

/** Which keys do what: a checked keymap file. Every value is one or more ways to press it, each a sequence of keys. */
export interface Keymap {
  readonly keys: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** What pressing a key comes to. */
export type Pressed =
  | { readonly kind: "action"; readonly binding: Binding }
  /** The beginning of a longer sequence. */
  | { readonly kind: "held"; readonly keys: readonly string[] }
  | { readonly kind: "nothing" };

/** What `key` does in `context` after the keys in `held`. */
export const press = (keymap: Keymap, context: Context, held: readonly string[], key: string): Pressed => {
  const pressed = [...held, key];
  for (const binding of bindingsIn(context)) {
    for (const keys of keysOf(keymap, binding.action)) {
      if (!startsWith(keys, pressed)) continue;
      return keys.length === pressed.length ? { kind: "action", binding } : { kind: "held", keys: pressed };
    }
  }
  return { kind: "nothing" };
};

export const startsWith = (keys: readonly string[], start: readonly string[]): boolean =>
  start.length <= keys.length && start.every((key, i) => keys[i] === key);

export const bindingsIn = (context: Context): readonly Binding[] =>
  BINDINGS.filter(({ contexts }) => contexts.includes(context));

export const keysOf = (keymap: Keymap, action: string): readonly (readonly string[])[] => keymap.keys.get(action) ?? [];

/** The first way to press an action, for the footer; undefined when no key is bound to it. */
export const firstKey = (keymap: Keymap, action: string, ascii: boolean): string | undefined => {
  const [first] = keysOf(keymap, action);
  return first === undefined ? undefined : keyLabel(first, ascii);
};

/** Every way to press an action. */
export const allKeys = (keymap: Keymap, action: string, ascii: boolean): string =>
  keysOf(keymap, action)
    .map((keys) => keyLabel(keys, ascii))
    .join(ascii ? ", " : "  ");
