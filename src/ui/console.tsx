import { render, type Instance } from "ink";
import { createStore } from "zustand/vanilla";
import type { Prompts } from "../connect/access.ts";
import type { Watch } from "../watch/watch.ts";
import { startClock } from "./clock.ts";
import type { Keymap } from "./keymap.ts";
import type { Size } from "./layout.ts";
import { openDesk } from "./open-desk.ts";
import { createPrompts } from "./prompts.ts";
import { ShellProvider, type Session, type Shell } from "./shell.ts";
import { initialState, type UiState } from "./state.ts";
import { onEnd, reclaim, stopForNow, wipe, type ConsoleExit, type Streams } from "./terminal.ts";
import { textInSight } from "./text-in-sight.ts";
import { themeFor, type Display } from "./theme.ts";
import { App } from "./views/app.tsx";

export interface ConsoleOptions extends Partial<Streams> {
  readonly clusters: readonly { readonly name: string }[];
  /** Name of the cluster to begin with. */
  readonly initial: string;
  /** Starts watching; `prompts` reach the operator while that cluster is on screen, and answer no afterwards. */
  readonly open: (name: string, prompts: Prompts) => Watch;
  readonly keymap: Keymap;
  readonly display: Display;
  /** What the embedded cluster can be made to do. */
  readonly demo?: {
    readonly scenarios: readonly { readonly name: string; readonly title: string }[];
    readonly set: (name: string) => Promise<void>;
  };
}

/** A connection that does not close must not keep the operator from the shell. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Opens the console on the alternate screen and resolves when it has ended, the terminal restored and the connections
 * closed. Needs a TTY at both ends, and `NODE_ENV=production` before this module is imported.
 */
export const openConsole = async (options: ConsoleOptions): Promise<ConsoleExit> => {
  const { stdin = process.stdin, stdout = process.stdout } = options;
  const streams = { stdin, stdout };
  const clock = startClock();
  const size = createStore<Size>(() => sizeOf(stdout));
  const session = createStore<Session>(() => startSession(options, options.initial));
  const ui = createStore<UiState>(() => initialState(firstSystem(session.getState())));
  const widths: Shell["widths"] = new Map();
  const theme = themeFor(options.display);

  let instance: Instance | undefined;
  let suspend: ((during: () => Promise<void>) => Promise<void>) | undefined;
  let suspended = false;
  let exit: ConsoleExit = { reason: "quit" };
  const end = (how: ConsoleExit): void => {
    exit = how;
    instance?.unmount();
  };
  const redraw = (): void => {
    wipe(streams, size.getState().rows);
    instance?.clear();
    instance?.rerender(tree);
  };
  const desk = openDesk(
    { ui, size, session, theme, keymap: options.keymap },
    {
      clusters: options.clusters.map(({ name }) => name),
      scenarios: options.demo?.scenarios.map(({ name, title }) => ({ id: name, label: title, hint: name })) ?? [],
      setScenario: async (name) => options.demo?.set(name),
      openCluster: (name) => {
        if (name === session.getState().name) return;
        const before = session.getState();
        try {
          session.setState(startSession(options, name), true);
        } catch (error) {
          desk.say(`cannot open ${name}: ${error instanceof Error ? error.message : String(error)}`, "critical");
          return;
        }
        ui.setState(initialState(firstSystem(session.getState())), true);
        void closeSession(before);
      },
      quit: () => end({ reason: "quit" }),
      suspend: () => {
        suspended = true;
        void suspend?.(stopForNow).finally(() => {
          suspended = false;
        });
      },
      redraw,
    },
    () => textInSight(shell).lines.length,
  );
  const shell: Shell = { theme, keymap: options.keymap, desk, ui, size, clock: clock.store, session, widths };
  const tree = (
    <ShellProvider value={shell}>
      <App
        onTerminal={(given) => {
          suspend = given;
        }}
      />
    </ShellProvider>
  );
  const resized = (): void => {
    widths.clear();
    size.setState(sizeOf(stdout), true);
  };
  const continued = (): void => {
    if (suspended) return;
    reclaim(streams);
    redraw();
  };
  const forget = onEnd(streams, end);
  stdout.on("resize", resized);
  process.on("SIGCONT", continued);
  try {
    instance = render(tree, { ...streams, ...INK });
    await instance.waitUntilExit();
  } catch (error) {
    exit = { reason: "failed", error };
  } finally {
    instance?.unmount();
    stdout.off("resize", resized);
    process.off("SIGCONT", continued);
    clock.stop();
    await closeSession(session.getState());
    forget();
  }
  return exit;
};

// `interactive` because CI in the environment would otherwise print one last frame; measured facts in docs/architecture.md.
const INK = {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  exitOnCtrlC: false,
  isScreenReaderEnabled: false,
  maxFps: 10,
} as const;

const startSession = ({ open }: ConsoleOptions, name: string): Session => {
  const asking = createPrompts();
  return { name, asking, watch: open(name, asking.prompts) };
};

const closeSession = async ({ watch, asking }: Session): Promise<void> => {
  asking.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  // What goes wrong while hanging up concerns nobody any more.
  await Promise.race([watch.close().catch(() => undefined), late]);
  clearTimeout(timer);
};

const firstSystem = ({ watch }: Session): string => watch.store.getState().picture.systems[0]?.id ?? "";

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 });
