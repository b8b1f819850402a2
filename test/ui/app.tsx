import { render } from "ink-testing-library";
import { stripVTControlCharacters } from "node:util";
import { vi } from "vitest";
import { createStore } from "zustand/vanilla";
import type { Prompts } from "../../src/connect/access.ts";
import type { Hand } from "../../src/ui/act/hand.ts";
import { createShell } from "../../src/ui/create-shell.ts";
import { readKeymap } from "../../src/ui/keymap-read.ts";
import type { Size } from "../../src/ui/layout.ts";
import { createSessions } from "../../src/ui/sessions.ts";
import { ShellProvider, type Shell } from "../../src/ui/shell.ts";
import { themeFor } from "../../src/ui/theme.ts";
import { App } from "../../src/ui/views/app.tsx";
import type { Picture } from "../../src/watch/picture.ts";
import { AT_MS } from "./fixtures/picture.ts";
import { fixtureWatch, type FixtureWatch } from "./fixtures/watch.ts";

/** The console's views on a hand-made picture, at most 100 columns wide. */
export interface TestApp {
  readonly shell: Shell;
  /** Of the cluster on screen. */
  readonly watch: () => FixtureWatch;
  /** Raw input, each piece as one read. */
  readonly press: (...input: readonly string[]) => Promise<void>;
  readonly lines: () => readonly string[];
  /** Resolves when the screen holds the text. */
  readonly shows: (text: string) => Promise<void>;
  readonly done: readonly string[];
  readonly prompts: () => Prompts;
  readonly close: () => void;
}

const POLL = { interval: 5, timeout: 5_000 };

export const openApp = async (
  picture: Picture,
  size: Size = { columns: 80, rows: 24 },
  scenarios: readonly string[] = [],
  hand: Hand = {
    role: "viewer",
    why: "you are a viewer here",
    audit: async () => undefined,
    others: async () => undefined,
  },
): Promise<TestApp> => {
  const keymap = await readKeymap();
  if (!keymap.ok) throw new Error("the default keymap does not load");
  const done: string[] = [];
  let watch = fixtureWatch(picture, () => AT_MS);
  let prompts: Prompts | undefined;
  const sessions = createSessions((name, asked) => {
    prompts = asked;
    watch = fixtureWatch({ ...picture, cluster: { ...picture.cluster, name } }, () => AT_MS);
    return { watch, hand };
  }, picture.cluster.name);
  const shell = createShell({
    theme: themeFor({ colour: false, ascii: false }),
    keymap: keymap.value,
    sessions,
    size: createStore<Size>(() => size),
    clock: createStore(() => ({ nowMs: AT_MS })),
    doing: {
      clusters: ["shop", "shop-staging"],
      scenarios: scenarios.map((name) => ({ id: name, label: name })),
      setScenario: async (name) => {
        done.push(`scenario ${name}`);
      },
      quit: () => done.push("quit"),
      suspend: () => done.push("suspend"),
      redraw: () => done.push("redraw"),
      lend: async (during) => during(),
    },
  });
  const { stdin, lastFrame, unmount } = render(
    <ShellProvider value={shell}>
      <App onTerminal={() => undefined} />
    </ShellProvider>,
  );
  const lines = (): readonly string[] =>
    stripVTControlCharacters(lastFrame() ?? "")
      .split("\n")
      .map((line) => line.trimEnd());
  const shows = (text: string): Promise<void> =>
    vi.waitFor(() => {
      const screen = lines().join("\n");
      if (!screen.includes(text)) throw new Error(`no "${text}" on\n${screen}`);
    }, POLL);
  return {
    shell,
    watch: () => watch,
    prompts: () => {
      if (prompts === undefined) throw new Error("no cluster was opened");
      return prompts;
    },
    press: async (...input) => {
      for (const each of input) {
        const before = shell.ui.getState();
        const asked = shell.desk.asking.store.getState();
        const did = done.length + watch.asked.length;
        stdin.write(each);
        // A lone escape is told from the start of a sequence only after a moment.
        await vi.waitFor(() => {
          const unchanged = before === shell.ui.getState() && asked === shell.desk.asking.store.getState();
          if (unchanged && did === done.length + watch.asked.length)
            throw new Error(`${JSON.stringify(each)} did nothing`);
        }, POLL);
      }
    },
    lines,
    shows,
    done,
    close: unmount,
  };
};
