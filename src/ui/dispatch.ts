import { type as typeText } from "./answering.ts";
import { press } from "./keymap.ts";
import { keyLabel, typedBy } from "./keys.ts";
import { contextOf, TEXT_CONTEXTS } from "./scene.ts";
import type { Shell } from "./shell.ts";
import { hold, setFlash } from "./state.ts";

type From = Pick<Shell, "desk" | "keymap" | "theme">;

/**
 * One key: does its action, or says why not; a character goes to whatever is being typed; a key that means nothing
 * here says so, because at 2 a.m. silence reads as a hang.
 */
export const onKey = (shell: From, key: string): void => {
  const { desk, keymap, theme } = shell;
  const scene = desk.scene();
  const context = contextOf(scene);
  const { held } = scene.ui;
  const pressed = press(keymap, context, held, key);
  desk.update((ui) => hold(setFlash(ui, undefined), pressed.kind === "held" ? pressed.keys : []));
  if (pressed.kind === "held") return;
  if (pressed.kind === "action") {
    const why = pressed.binding.whyDisabled?.(scene);
    if (why === undefined) pressed.binding.run(desk);
    else desk.refuse(pressed.binding.action, why);
    return;
  }
  // Escape and a key pressed right after it arrive as one on a slow line, and look like alt- and that key.
  if (key.startsWith("alt-")) {
    onKey(shell, "escape");
    onKey(shell, key.slice(4));
    return;
  }
  const text = typedBy(key);
  if (TEXT_CONTEXTS.includes(context)) {
    if (text !== undefined) typeText(desk, text);
    return;
  }
  if (context !== "choice") desk.say(`${keyLabel([...held, key], theme.ascii)} does nothing here; ${helpHint(shell)}`);
};

/** Text in one piece, pasted or from a line that was stuck: typed where something is typed, and never pressed as keys. */
export const onText = ({ desk }: From, text: string): void => {
  if (TEXT_CONTEXTS.includes(contextOf(desk.scene()))) typeText(desk, text);
  else desk.say("so many characters at once look like a paste: no key was pressed", "warning");
};

const helpHint = ({ keymap, theme }: From): string => {
  const [keys] = keymap.keys.get("help") ?? [];
  return keys === undefined ? "the help lists all keys" : `${keyLabel(keys, theme.ascii)} lists all keys`;
};
