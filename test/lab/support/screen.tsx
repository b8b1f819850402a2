import { stripVTControlCharacters } from "node:util";
import { renderToString } from "ink";
import { createStore } from "zustand/vanilla";
import { createShell } from "../../../src/ui/create-shell.ts";
import { readKeymap } from "../../../src/ui/keymap-read.ts";
import type { Size } from "../../../src/ui/layout.ts";
import { createSessions } from "../../../src/ui/sessions.ts";
import { ShellProvider } from "../../../src/ui/shell.ts";
import { themeFor } from "../../../src/ui/theme.ts";
import { App } from "../../../src/ui/views/app.tsx";
import type { Watch } from "../../../src/watch/watch.ts";

export const SIZES: readonly Size[] = [
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
];

const LOOKING = {
  role: "viewer",
  why: "only looked at",
  audit: async () => undefined,
  others: async () => undefined,
} as const;

/** The console's first screen on a running watch, as text, at one moment. */
export const screenOf = async (watch: Watch, size: Size): Promise<string> => {
  const keymap = await readKeymap();
  if (!keymap.ok) throw new Error("the default keymap does not load");
  const { name } = watch.store.getState().picture.cluster;
  const nothing = (): void => undefined;
  const shell = createShell({
    theme: themeFor({ colour: false, ascii: false }),
    keymap: keymap.value,
    sessions: createSessions(() => ({ watch, hand: LOOKING }), name),
    size: createStore<Size>(() => size),
    clock: createStore(() => ({ nowMs: Date.now() })),
    doing: {
      clusters: [name],
      scenarios: [],
      setScenario: async () => undefined,
      quit: nothing,
      suspend: nothing,
      redraw: nothing,
      lend: async (during) => during(),
    },
  });
  const app = (
    <ShellProvider value={shell}>
      <App onTerminal={nothing} />
    </ShellProvider>
  );
  return stripVTControlCharacters(renderToString(app, { columns: size.columns }));
};
